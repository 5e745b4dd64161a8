// A long run of the command in which things go wrong all the time: 1 % of the items fail, some calls never end and some
// end their whole thread. Which ones follows from the seed, so every single result is checked, and the counts with them.
// A run of a tenth of the items goes before: the long one may not need ten times its memory, nor twice. That it may need half
// as much again is for chance: how many results wait for calls that hang differs from run to run.
//   node scripts/soak.mjs [--items 20000000] [--seed 1] [--hangs 0.000005] [--crashes 0.00001] [--growth 1.5] [--quiet]
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { writeApplication, writeItems } from "./soak/application.mjs";
import { runCommand } from "./soak/command.mjs";
import { Outcomes } from "./soak/outcomes.mjs";

const { values } = parseArgs({
  options: {
    items: { type: "string", default: "20000000" },
    seed: { type: "string", default: "1" },
    hangs: { type: "string", default: "0.000005" },
    crashes: { type: "string", default: "0.00001" },
    growth: { type: "string", default: "1.5" },
    quiet: { type: "boolean", default: false },
  },
});
const count = Number(values.items);
const growth = Number(values.growth);
const rates = { seed: Number(values.seed), hangs: Number(values.hangs), crashes: Number(values.crashes) };

/** Runs so many items; gives the peak of memory in MB, and whether all was as it should be. */
async function soak(items, folder) {
  mkdirSync(folder);
  await writeItems(folder, items);
  writeApplication(folder, rates);
  const outcomes = new Outcomes(rates);
  const begunAt = performance.now();
  const { status, code, summary, peakMB } = await runCommand(folder, (line) => {
    outcomes.add(line);
    if (!values.quiet && outcomes.count % 1_000_000 === 0) console.error(`${outcomes.count} items`);
  });
  const seconds = (performance.now() - begunAt) / 1000;
  rmSync(folder, { recursive: true });
  const { succeeds, throws, hangs, crashes } = outcomes.seen;
  const isExact = outcomes.count === items && outcomes.agreesWith(summary);
  console.log(
    `${items} items in ${seconds.toFixed(0)} s, status ${status}: ${succeeds} succeeded, ${throws} threw, ` +
      `${hangs} timed out, ${crashes} ended their thread; ${outcomes.wrong} outcomes other than the seed has them, ` +
      `counts ${isExact ? "exact" : `wrong: ${JSON.stringify(summary)}`}; peak ${peakMB.toFixed(0)} MB`,
  );
  for (const line of outcomes.examples) console.log(line);
  return { peakMB, isRight: isExact && outcomes.wrong === 0 && status === "SUCCEEDED" && code === 0 };
}

const folder = mkdtempSync(join(tmpdir(), "fanout-soak-"));
try {
  const tenth = await soak(Math.ceil(count / 10), join(folder, "tenth"));
  const whole = await soak(count, join(folder, "whole"));
  const grown = whole.peakMB / tenth.peakMB;
  const isFlat = grown <= growth;
  console.log(`memory ${grown.toFixed(2)} x that of a tenth of the items${isFlat ? "" : `, more than ${growth} x`}`);
  if (!(tenth.isRight && whole.isRight && isFlat)) process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
