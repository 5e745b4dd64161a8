// Every figure is a ratio against a peer or a physical limit measured in the same run, the median of several rounds.
//   node main.mjs [--rounds 5] [--items 1000000] [--check]     --check: exit 1 when a target is missed
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { median, run } from "./measure.mjs";

const { values: options } = parseArgs({
  options: {
    rounds: { type: "string", default: "5" },
    items: { type: "string", default: "1000000" },
    check: { type: "boolean", default: false },
  },
});
const rounds = Number(options.rounds);
const items = Number(options.items);
const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const node = (path, ...args) => run(process.execPath, [here(path), ...args.map(String)]);
const numbers = ({ output }) => output.trim().split(/\s+/).map(Number);
const rows = [];

/** Adds a row; `target` is the most (or, with `atLeast`, the least) that the figure may be. */
function row(what, figure, unit, target, atLeast = false) {
  const met = target === undefined || (atLeast ? figure >= target : figure <= target);
  rows.push({
    what,
    figure: `${figure.toFixed(2)} ${unit}`,
    target: target === undefined ? "" : `${atLeast ? ">=" : "<="} ${target}`,
    met,
  });
}

async function dispatch() {
  const ratios = { fanout: [], plain: [], tuned: [] };
  const raws = [];
  let peak = 0;
  for (let round = 0; round < rounds; round++) {
    const [raw] = numbers(await node("dispatch/raw.mjs", items));
    const [micros, peakMB] = numbers(await node("dispatch/fanout.mjs", items));
    const [plain] = numbers(await node("dispatch/piscina.mjs", items / 10, "plain"));
    const [tuned] = numbers(await node("dispatch/piscina.mjs", items / 10, "tuned"));
    raws.push(raw);
    ratios.fanout.push(micros / raw);
    ratios.plain.push(plain / raw);
    ratios.tuned.push(tuned / raw);
    peak = Math.max(peak, peakMB ?? 0);
  }
  row(`raw worker_threads, 256 items a message`, median(raws), "us an item");
  row(`fanout run, ${items} items, the whole command`, median(ratios.fanout), "x raw", 7);
  row("  its peak of resident memory", peak, "MB", 300);
  row("piscina, bare dispatch, tuned", median(ratios.tuned), "x raw");
  row("piscina, bare dispatch, as it comes", median(ratios.plain), "x raw");
}

async function journal() {
  const costs = [];
  const standard = [];
  let peak = 0;
  for (let round = 0; round < rounds; round++) {
    const [raw] = numbers(await node("dispatch/raw.mjs", items));
    const [without] = numbers(await node("journal/fanout.mjs", items, "express"));
    const [micros] = numbers(await node("journal/fanout.mjs", items, "express", "data"));
    const [histories, peakMB] = numbers(await node("journal/fanout.mjs", items, "standard", "data"));
    costs.push(micros / without);
    standard.push(histories / raw);
    peak = Math.max(peak, peakMB ?? 0);
  }
  row("the same with a journal (--data)", median(costs), "x without", 1.25);
  row("STANDARD children, all histories on disk", median(standard), "x raw", 6);
  row("  its peak of resident memory", peak, "MB", 250);
}

async function cpu() {
  const efficiency = [];
  for (let round = 0; round < rounds; round++) {
    const halves = await Promise.all([node("cpu/process.mjs"), node("cpu/process.mjs")]);
    const [seconds] = numbers(await node("cpu/fanout.mjs"));
    efficiency.push(Math.max(...halves.map((half) => numbers(half)[0])) / seconds);
  }
  row("64 CPU-bound tasks against two independent processes", median(efficiency), "efficiency", 0.95, true);
}

async function start() {
  const folder = mkdtempSync(join(tmpdir(), "fanout-bench-"));
  writeFileSync(join(folder, "items.jsonl"), Array.from({ length: 10 }, (_, id) => `{"id":${id}}\n`).join(""));
  const bin = here("../dist/lib/cli/bin.js");
  const quick = [bin, "run", "--task", here("dispatch/task.mjs"), "--items", "items.jsonl"];
  const commands = { bare: ["-e", "0"], version: [bin, "--version"], quick };
  const seconds = { bare: [], version: [], quick: [] };
  const quiet = { cwd: folder, stdio: ["ignore", "pipe", "ignore"] };
  try {
    for (let round = 0; round <= rounds * 4; round++) {
      for (const [name, args] of Object.entries(commands)) {
        const { seconds: took } = await run(process.execPath, args, quiet);
        if (round > 0) seconds[name].push(took);
      }
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  const bare = median(seconds.bare);
  row("node -e 0", bare * 1000, "ms");
  row("fanout --version", median(seconds.version) / bare, "x node -e 0", 1.4);
  row("fanout run, 10 items, task bundled before", median(seconds.quick) / bare, "x node -e 0", 4);
}

async function language() {
  const micros = [];
  const calls = [];
  for (let round = 0; round < rounds; round++) {
    micros.push(...numbers(await node("engine/pass-chain.mjs")));
    calls.push(...numbers(await node("serve/start-sync.mjs")));
  }
  row("Pass states, 10 in a chain, 1,000 executions, histories kept", median(micros), "us a state", 1.5);
  row("StartSyncExecution through HTTP with the JavaScript SDK", median(calls), "a second", 500, true);
}

/** Each format in a process of its own: the speed of the reader against that of the usual library. */
async function reading() {
  const rows = { jsonl: ["JSON.parse by line", 0.9], json: ["JSON.parse by line", 0.6] };
  Object.assign(rows, { csv: ["papaparse", 0.95], quoted: ["papaparse", 0.95], parquet: ["hyparquet", 0.92] });
  for (const [format, [peer, target]] of Object.entries(rows)) {
    const [ratio] = numbers(await node("read/read.mjs", format, 300_000, rounds));
    row(`items from ${format === "quoted" ? "csv in quotes" : format}`, ratio, `x ${peer}`, target, true);
  }
  const [, baseMB, peakMB] = numbers(await node("read/memory.mjs", items * 10));
  row(`  memory for ${items * 10} lines, over that of the process`, peakMB - baseMB, "MB", 150);
}

await start();
await language();
await reading();
await dispatch();
await journal();
await cpu();
const width = Math.max(...rows.map(({ what }) => what.length));
for (const { what, figure, target, met } of rows) {
  console.log(`${what.padEnd(width)}  ${figure.padStart(18)}  ${target.padEnd(8)}${met ? "" : "MISSED"}`);
}
if (options.check && rows.some(({ met }) => !met)) process.exitCode = 1;
