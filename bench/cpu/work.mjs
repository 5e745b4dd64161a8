/** About `ms` milliseconds of arithmetic on a machine that takes one as measured by `calibrate`; gives a number. */
export function work(rounds) {
  let state = 1;
  for (let round = 0; round < rounds; round++) state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
  return state;
}

/** Rounds that 64 tasks do each: 20 to 40 ms of a core. */
export const ROUNDS = 20_000_000;
export const TASKS = 64;
