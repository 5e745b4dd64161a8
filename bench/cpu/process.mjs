// Half of the tasks, in a process of its own: what two cores can do with nothing in between. Prints seconds of work.
import { ROUNDS, TASKS, work } from "./work.mjs";

const began = performance.now();
let sum = 0;
for (let task = 0; task < TASKS / 2; task++) sum += work(ROUNDS + (task & 1));
if (sum === 0) throw new Error("no work was done");
console.log((performance.now() - began) / 1000);
