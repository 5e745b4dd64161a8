import { median } from "../measure.mjs";

export async function measure({ rounds, items, numbers, row }) {
  const ratios = { fanout: [], plain: [], tuned: [] };
  const raws = [];
  let peak = 0;
  for (let round = 0; round < rounds; round++) {
    const [raw] = await numbers("dispatch/raw.mjs", items);
    const [micros, peakMB] = await numbers("dispatch/fanout.mjs", items);
    const [plain] = await numbers("dispatch/piscina.mjs", items / 10, "plain");
    const [tuned] = await numbers("dispatch/piscina.mjs", items / 10, "tuned");
    raws.push(raw);
    ratios.fanout.push(micros / raw);
    ratios.plain.push(plain / raw);
    ratios.tuned.push(tuned / raw);
    peak = Math.max(peak, peakMB ?? 0);
  }
  row("raw worker_threads, 256 items a message", median(raws), "us an item");
  row(`fanout run, ${items} items, the whole command`, median(ratios.fanout), "x raw", { atMost: 3 });
  row("its peak of resident memory", peak, "MB", { atMost: 200 });
  row("piscina, bare dispatch, tuned", median(ratios.tuned), "x raw");
  row("piscina, bare dispatch, as it comes", median(ratios.plain), "x raw");
}
