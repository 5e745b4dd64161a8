// Items without end, and an AbortSignal that ends the run.
//
// Which numbers 2 ** p - 1 are primes? An async generator makes candidates for as long as anybody asks, worker threads
// test them on all cores, and the run is stopped when the answer has more than 600 digits. What runs then is finished,
// nothing more is started; memory does not grow with the number of candidates.
//
//     node examples/stop-early.mjs
import { runLocal } from "fanout";

async function* candidates() {
  const primes = [];
  for (let n = 2; ; n += 1) {
    if (primes.some((prime) => n % prime === 0)) continue;
    primes.push(n);
    yield { exponent: n };
  }
}

const stop = new AbortController();
const run = await runLocal({
  task: new URL("tasks/mersenne.ts", import.meta.url),
  items: candidates(),
  signal: stop.signal,
  keepResults: false,
});

let tested = 0;
const found = [];
for await (const { status, output } of run) {
  if (status !== "SUCCEEDED") continue;
  tested += 1;
  if (!output.prime) continue;
  found.push(output.exponent);
  if (output.exponent > 2_000) stop.abort();
}

// Outcomes come as they are ready, not in the order of the items.
found.sort((a, b) => a - b);
const { status } = await run.summary;
console.log(`2 ** p - 1 is a prime for p = ${found.join(", ")}`);
console.log(`${tested} candidates tested, the run is ${status}`);
