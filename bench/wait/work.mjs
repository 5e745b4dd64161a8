import { setTimeout as passed } from "node:timers/promises";
import { median } from "../measure.mjs";

export const TASKS = 1_000;
export const AT_ONCE = 100;
const WAIT_MS = 20;
/** As long as it takes when nothing but the waiting takes time. */
export const IDEAL_MS = (TASKS / AT_ONCE) * WAIT_MS;

export const items = Array.from({ length: TASKS }, (_, id) => ({ id }));

export const wait = async ({ id }) => {
  await passed(WAIT_MS);
  return { ok: id };
};

/** Milliseconds of the first time, and of the times after the first few, in the middle. */
export async function timed(all, times = 10) {
  const took = [];
  for (let time = 0; time < times; time++) {
    const began = performance.now();
    await all();
    took.push(performance.now() - began);
  }
  return [took[0], median(took.slice(Math.floor(times / 3)))];
}
