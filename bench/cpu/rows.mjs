import { median } from "../measure.mjs";

export async function measure({ rounds, numbers, row }) {
  const ratios = { fanout: [], tinypool: [] };
  for (let round = 0; round < rounds; round++) {
    const halves = await Promise.all([numbers("cpu/process.mjs"), numbers("cpu/process.mjs")]);
    const limit = Math.max(...halves.flat());
    for (const [name, all] of Object.entries(ratios)) {
      const [seconds] = await numbers(`cpu/${name}.mjs`);
      all.push(limit / seconds);
    }
  }
  row("64 CPU-bound tasks, fanout", median(ratios.fanout), "x two processes", { atLeast: 0.97 });
  row("64 CPU-bound tasks, tinypool", median(ratios.tinypool), "x two processes");
}
