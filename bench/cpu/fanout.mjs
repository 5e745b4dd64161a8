// All of the tasks through a fan-out on 2 workers. Prints seconds from the first start to the last end.
import { fileURLToPath } from "node:url";
import { runLocal } from "../../dist/lib/index.js";
import { ROUNDS, TASKS } from "./work.mjs";

const run = await runLocal({
  task: fileURLToPath(new URL("./task.mjs", import.meta.url)),
  items: Array.from({ length: TASKS }, (_, task) => ({ rounds: ROUNDS + (task & 1) })),
  workers: 2,
});
const { durationMs, items } = await run.summary;
if (items.succeeded !== TASKS) throw new Error("tasks have failed");
console.log(durationMs / 1000);
