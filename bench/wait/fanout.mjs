// In this process, on the event loop: from the call of runLocal to the summary, the whole state machine in between.
// Prints milliseconds of the first run, and of those after the first few.
import { runLocal } from "../../dist/lib/index.js";
import { AT_ONCE, items, TASKS, timed, wait } from "./work.mjs";

const took = await timed(async () => {
  const run = await runLocal({ task: wait, items, workers: AT_ONCE });
  const { items: counts } = await run.summary;
  if (counts.succeeded !== TASKS) throw new Error("tasks have failed");
});
console.log(...took);
