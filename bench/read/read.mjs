// Items out of a file against the usual library of its format, in turns in one process, judged by CPU time.
//   node read/read.mjs FORMAT [ROWS] [ROUNDS]      FORMAT: jsonl, json, csv, quoted, parquet
// Prints the ratio of the speeds (above 1: fanout is faster), then MB/s of fanout and of the peer: medians.
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { median } from "../measure.mjs";
import { writeFiles } from "./data.mjs";
import { hyparquet, jsonByLine, papaparse } from "./peers.mjs";

setFlagsFromString("--expose-gc");
const gc = runInNewContext("gc");
const dist = "../../dist/lib";
const { fileStore } = await import(`${dist}/adapters/store/files.js`);
const { readItems } = await import(`${dist}/run/read/items-reader.js`);

const FORMATS = {
  jsonl: { key: "items.jsonl", peer: jsonByLine, inputType: "JSONL" },
  json: { key: "items.json", peer: jsonByLine, peerKey: "items.jsonl", inputType: "JSON" },
  csv: { key: "items.csv", peer: papaparse, inputType: "CSV" },
  quoted: { key: "quoted.csv", peer: papaparse, inputType: "CSV" },
  parquet: { key: "items.parquet", peer: hyparquet, inputType: "PARQUET" },
};
const { key, peer, peerKey = key, inputType } = FORMATS[process.argv[2]];
const rows = Number(process.argv[3] ?? 500_000);
const rounds = Number(process.argv[4] ?? 7);

const folder = mkdtempSync(join(tmpdir(), "fanout-bench-"));
const store = fileStore({ root: folder, buckets: { b: folder } });

async function fanout() {
  let count = 0;
  for await (const { items } of readItems({ resource: "getObject", bucket: "b", key, inputType }, store)) {
    count += items.length;
  }
  return count;
}

/** MB/s of CPU time. */
async function speed(read, size) {
  gc();
  const began = process.cpuUsage();
  const count = await read();
  const { user, system } = process.cpuUsage(began);
  if (count !== rows) throw new Error(`${count} items instead of ${rows}`);
  return size / (user + system);
}

try {
  writeFiles(folder, rows);
  const size = (name) => statSync(join(folder, name)).size;
  const speeds = { fanout: [], peer: [] };
  for (let round = 0; round <= rounds; round++) {
    const theirs = await speed(() => peer(join(folder, peerKey)), size(peerKey));
    const ours = await speed(fanout, size(key));
    // The first round is for the compiler.
    if (round === 0) continue;
    speeds.fanout.push(ours);
    speeds.peer.push(theirs);
  }
  const ratio = median(speeds.fanout.map((ours, round) => ours / speeds.peer[round]));
  console.log(ratio.toFixed(3), median(speeds.fanout).toFixed(1), median(speeds.peer).toFixed(1));
} finally {
  rmSync(folder, { recursive: true });
}
