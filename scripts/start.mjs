// What `npm start` runs: measures how far every place on Earth is from other people, and shows what comes out. It is
// nothing but the command line, as anybody would use it; options given here are handed on to it.
//
//     npm start -- --workers 4
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync } from "node:fs";
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { makeData } from "./make-data.mjs";
import { report } from "./report.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
process.chdir(root);

const items = relative(root, makeData().jsonl);
const results = ".fanout/nearest.jsonl";
mkdirSync(".fanout", { recursive: true });

const run = `run --task functions/nearest.ts --items ${items} --batch 100 --out ${results}`;
const args = [...run.split(" "), ...process.argv.slice(2)];
console.error(`fanout ${args.join(" ")}`);
const fanout = spawn(process.execPath, ["dist/lib/cli/bin.js", ...args], { stdio: ["ignore", "inherit", "inherit"] });
// On Ctrl-C the run ends by itself and says what there is.
process.on("SIGINT", () => {});
const [code, signal] = await once(fanout, "exit");
process.exitCode = code ?? 1;
if (code === 0 && signal === null) {
  const { stdout } = process;
  stdout.write(report(placesOf(items, results), { columns: stdout.columns, color: stdout.hasColors?.(256) ?? false }));
}

/** Each place with what was found for it. */
function placesOf(itemsFile, resultsFile) {
  const cities = jsonLines(itemsFile);
  return jsonLines(resultsFile).flatMap(({ index, status, output }) =>
    status === "SUCCEEDED" ? [{ ...cities[index], ...output }] : [],
  );
}

function jsonLines(file) {
  return readFileSync(file, "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
}
