// piscina, 2 threads that are there before. Prints milliseconds.
//   node piscina.mjs plain    as it comes: one task at once in a thread
//   node piscina.mjs tuned    50 at once in a thread, Atomics asynchronous
import { fileURLToPath } from "node:url";
import Piscina from "piscina";
import { AT_ONCE, items, timed } from "./work.mjs";

const isTuned = process.argv[2] === "tuned";
const pool = new Piscina({
  filename: fileURLToPath(new URL("./work.mjs", import.meta.url)),
  name: "wait",
  minThreads: 2,
  maxThreads: 2,
  maxQueue: Infinity,
  ...(isTuned ? { concurrentTasksPerWorker: AT_ONCE / 2, atomics: "async", recordTiming: false } : {}),
});
await Promise.all([pool.run(items[0]), pool.run(items[0])]);
const [first, warm] = await timed(() => Promise.all(items.map((item) => pool.run(item))), isTuned ? 10 : 1);
console.log(isTuned ? warm : first);
await pool.destroy();
