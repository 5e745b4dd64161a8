// A long run in which things go wrong all the time: 1 % of the items fail, some calls never end and some end their whole
// thread. Which ones follows from the seed, so every single outcome is checked, and the counts with them. The peak of
// memory is printed, not judged.
//   node scripts/soak.mjs [--items 20000000] [--seed 1] [--hangs 0.000005] [--crashes 0.00001] [--quiet]
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { runLocal } from "../dist/lib/index.js";
import { fateOf } from "./soak/fate.mjs";

const { values } = parseArgs({
  options: {
    items: { type: "string", default: "20000000" },
    seed: { type: "string", default: "1" },
    hangs: { type: "string", default: "0.000005" },
    crashes: { type: "string", default: "0.00001" },
    quiet: { type: "boolean", default: false },
  },
});
const count = Number(values.items);
const rates = { seed: Number(values.seed), hangs: Number(values.hangs), crashes: Number(values.crashes) };

/** What the outcome of each fate is called. */
const ERRORS = { throws: "Unlucky", hangs: "States.Timeout", crashes: "Runtime.ExitError" };

async function* items() {
  for (let id = 0; id < count; id++) yield { id, rates };
}

const peakMB = () => process.resourceUsage().maxRSS / 1024;
const begunAt = performance.now();
const run = await runLocal({
  task: fileURLToPath(new URL("soak/task.mjs", import.meta.url)),
  items: items(),
  keepResults: false,
  taskTimeoutSeconds: 1,
  retry: { attempts: 1, intervalSeconds: 1 },
  toleratedFailurePercentage: 5,
});

const seen = { succeeds: 0, throws: 0, hangs: 0, crashes: 0 };
const wrong = [];
const bits = new Uint8Array(Math.ceil(count / 8));
let done = 0;
let earlyMB = 0;
for await (const { index, status, error } of run) {
  const fate = fateOf(index, rates);
  const isRight = fate === "succeeds" ? status === "SUCCEEDED" : status !== "SUCCEEDED" && error.name === ERRORS[fate];
  const isFirst = (bits[index >> 3] & (1 << (index & 7))) === 0;
  bits[index >> 3] |= 1 << (index & 7);
  if (!(isRight && isFirst)) wrong.push(`${index} should have ${fate}: ${status} ${error?.name ?? ""}`);
  seen[fate] += 1;
  done += 1;
  if (done === Math.ceil(count / 10)) earlyMB = peakMB();
  if (!values.quiet && done % 1_000_000 === 0) console.error(`${done} items, ${peakMB().toFixed(0)} MB`);
}
const { status, items: counts } = await run.summary;
const seconds = (performance.now() - begunAt) / 1000;

const failed = count - seen.succeeds;
const exact = done === count && counts.total === count && counts.succeeded === seen.succeeds;
const grown = peakMB() / earlyMB;
console.log(
  `${count} items in ${seconds.toFixed(0)} s, status ${status}: ${seen.succeeds} succeeded, ${seen.throws} threw, ` +
    `${seen.hangs} timed out, ${seen.crashes} ended their thread; ${wrong.length} outcomes other than the seed has them; ` +
    `peak ${peakMB().toFixed(0)} MB, ${grown.toFixed(2)} x that of the first tenth`,
);
for (const line of wrong.slice(0, 10)) console.log(line);
if (!exact || wrong.length > 0 || status !== "SUCCEEDED" || failed !== count - counts.succeeded) process.exit(1);
