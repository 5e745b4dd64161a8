// piscina, 2 threads. Prints microseconds an item of the bare dispatch: no file is read or written.
//   node piscina.mjs COUNT plain    as it comes, one task an item
//   node piscina.mjs COUNT tuned    many tasks at once in a thread, Atomics asynchronous, no histogram
import { fileURLToPath } from "node:url";
import Piscina from "piscina";
import { item } from "./items.mjs";

const count = Number(process.argv[2] ?? 1e5);
const tuned = process.argv[3] === "tuned";
const pool = new Piscina({
  filename: fileURLToPath(new URL("./piscina-task.mjs", import.meta.url)),
  minThreads: 2,
  maxThreads: 2,
  ...(tuned ? { concurrentTasksPerWorker: 1000, atomics: "async", recordTiming: false } : {}),
});
await Promise.all([pool.run(item(0)), pool.run(item(0))]);
const began = performance.now();
let next = 0;
let sum = 0;
const lane = async () => {
  while (next < count) {
    const { ok } = await pool.run(item(next++));
    sum += ok;
  }
};
await Promise.all(Array.from({ length: 1024 }, lane));
const elapsed = performance.now() - began;
if (sum !== (count * (count - 1)) / 2) throw new Error("answers are missing");
console.log(((elapsed * 1000) / count).toFixed(3));
await pool.destroy();
