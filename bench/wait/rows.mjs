import { median } from "../measure.mjs";
import { IDEAL_MS } from "./work.mjs";

/** A process for each round and each of the ways, in which they have run before: the compiler is not what is measured. */
export async function measure({ rounds, numbers, row }) {
  const took = { fanout: [], first: [], "p-map": [], tuned: [] };
  for (let round = 0; round < rounds; round++) {
    const [first, warm] = await numbers("wait/fanout.mjs");
    took.first.push(first);
    took.fanout.push(warm);
    took["p-map"].push(...(await numbers("wait/p-map.mjs")));
    took.tuned.push(...(await numbers("wait/piscina.mjs", "tuned")));
  }
  // Ten seconds and always the same.
  const [plain] = await numbers("wait/piscina.mjs", "plain");
  const ratio = (all) => median(all) / IDEAL_MS;
  const what = "1,000 tasks that wait 20 ms, 100 at once";
  row(`${what}: runLocal, event loop`, ratio(took.fanout), "x 200 ms", { atMost: 1.1 });
  row("the same, first run of its process", ratio(took.first), "x 200 ms");
  row(`${what}: p-map`, ratio(took["p-map"]), "x 200 ms");
  row(`${what}: piscina, 2 threads with 50 each`, ratio(took.tuned), "x 200 ms");
  row("1,000 tasks that wait 20 ms: piscina, 2 threads, as it comes", plain / IDEAL_MS, "x 200 ms");
}
