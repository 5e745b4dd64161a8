import { median } from "../measure.mjs";

export async function measure({ rounds, items, numbers, row }) {
  const costs = [];
  const standard = [];
  let peak = 0;
  for (let round = 0; round < rounds; round++) {
    const [raw] = await numbers("dispatch/raw.mjs", items);
    const [without] = await numbers("journal/fanout.mjs", items, "express");
    const [micros] = await numbers("journal/fanout.mjs", items, "express", "data");
    const [histories, peakMB] = await numbers("journal/fanout.mjs", items, "standard", "data");
    costs.push(micros / without);
    standard.push(histories / raw);
    peak = Math.max(peak, peakMB ?? 0);
  }
  row("fanout run with a journal (--data)", median(costs), "x without", { atMost: 1.25 });
  row("STANDARD children, all histories on disk", median(standard), "x raw", { atMost: 6 });
  row("its peak of resident memory", peak, "MB", { atMost: 250 });
}
