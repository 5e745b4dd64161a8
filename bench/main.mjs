// Every figure is a ratio against a peer or a physical limit measured in the same run, the median of several rounds.
//   node main.mjs [--rounds 5] [--items 1000000] [--only SECTION]... [--long] [--markdown] [--check]
//     --only      this section alone (repeatable): a folder here
//     --long      with the section `long`, which takes minutes
//     --markdown  the table of README.md
//     --check     exit 1 when a target is missed
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { run } from "./measure.mjs";
import { Table } from "./table.mjs";

const SECTIONS = ["start", "engine", "serve", "read", "dispatch", "journal", "cpu", "wait", "virtual"];
const LONG = ["long"];

const { values: options } = parseArgs({
  options: {
    rounds: { type: "string", default: "5" },
    items: { type: "string", default: "1000000" },
    only: { type: "string", multiple: true },
    long: { type: "boolean", default: false },
    markdown: { type: "boolean", default: false },
    check: { type: "boolean", default: false },
  },
});

/** Runs a script of this folder in a process of its own; gives the numbers that it prints. */
async function numbers(script, ...args) {
  const path = fileURLToPath(new URL(script, import.meta.url));
  const { output } = await run(process.execPath, [path, ...args.map(String)]);
  return output.trim().split(/\s+/).map(Number);
}

const sections = options.only ?? [...SECTIONS, ...(options.long ? LONG : [])];
const unknown = sections.find((section) => ![...SECTIONS, ...LONG].includes(section));
if (unknown !== undefined) throw new Error(`there is no section ${unknown}: ${[...SECTIONS, ...LONG].join(", ")}`);
const table = new Table();
for (const section of sections) {
  const { measure } = await import(`./${section}/rows.mjs`);
  console.error(`${section} ...`);
  await measure({
    rounds: Number(options.rounds),
    items: Number(options.items),
    numbers,
    row: (...cells) => table.add(section, ...cells),
  });
}
console.log(options.markdown ? table.markdown() : table.text());
if (options.check && !table.isMet) process.exitCode = 1;
