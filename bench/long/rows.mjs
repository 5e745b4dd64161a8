import { median } from "../measure.mjs";

/** Ten times the items: memory stays and the time for an item too. */
export async function measure({ rounds, items, numbers, row }) {
  const times = [];
  const memory = [];
  for (let round = 0; round < rounds; round++) {
    const [micros, peakMB] = await numbers("dispatch/fanout.mjs", items);
    const [manyMicros, manyPeakMB] = await numbers("dispatch/fanout.mjs", items * 10);
    times.push(manyMicros / micros);
    memory.push(manyPeakMB / peakMB);
  }
  const what = `${items * 10} items against ${items}`;
  row(`${what}, peak of resident memory`, median(memory), "x", { atMost: 1.2 });
  row(`${what}, time for an item`, median(times), "x", { atMost: 1.15 });
}
