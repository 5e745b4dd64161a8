// All of the tasks through tinypool, 2 threads that are there before. Prints seconds from the first start to the last end.
import { fileURLToPath } from "node:url";
import { Tinypool } from "tinypool";
import { ROUNDS, TASKS } from "./work.mjs";

const filename = fileURLToPath(new URL("./task.mjs", import.meta.url));
const pool = new Tinypool({ filename, name: "handler", minThreads: 2, maxThreads: 2 });
await Promise.all([pool.run({ rounds: 1 }), pool.run({ rounds: 1 })]);
const began = performance.now();
await Promise.all(Array.from({ length: TASKS }, (_, task) => pool.run({ rounds: ROUNDS + (task & 1) })));
console.log((performance.now() - began) / 1000);
await pool.destroy();
