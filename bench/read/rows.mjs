const FORMATS = [
  ["jsonl", "JSON lines", "JSON.parse by line", 0.9],
  ["json", "a JSON array", "JSON.parse by line", 0.6],
  ["csv", "CSV", "papaparse", 0.95],
  ["quoted", "CSV in quotes", "papaparse", 0.95],
  ["parquet", "Parquet", "hyparquet", 0.92],
];

/** Each format in a process of its own: the speed of the reader against that of the usual library. */
export async function measure({ rounds, items, numbers, row }) {
  for (const [format, name, peer, atLeast] of FORMATS) {
    const [ratio] = await numbers("read/read.mjs", format, 300_000, rounds);
    row(`items out of ${name}`, ratio, `x ${peer}`, { atLeast });
  }
  const [, baseMB, peakMB] = await numbers("read/memory.mjs", items * 10);
  row(`memory for ${items * 10} lines, over that of the process`, peakMB - baseMB, "MB", { atMost: 150 });
}
