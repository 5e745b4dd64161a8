import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const bin = fileURLToPath(new URL("../../dist/lib/cli/bin.js", import.meta.url));
const peak = new URL("peak.mjs", import.meta.url).href;

/**
 * `fanout run` in the folder of an application. Calls `onLine` with the JSON of each result; gives what came after the
 * results, the exit code and the peak of resident memory in MB.
 */
export async function runCommand(folder, onLine) {
  const args = ["--import", peak, bin, "run", "template.json", "--s3", "in=in", "--json", "--quiet"];
  const peakFile = join(folder, "peak");
  const command = spawn(process.execPath, [...args, "--progress", "none"], {
    cwd: folder,
    env: { ...process.env, SOAK_PEAK: peakFile },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exited = once(command, "exit");
  let end = "";
  for await (const line of linesOf(command.stdout.setEncoding("utf8"))) {
    if (line === '{"results":[') continue;
    if (line.startsWith('{"index":')) onLine(line.endsWith(",") ? line.slice(0, -1) : line);
    else end += line;
  }
  const [code] = await exited;
  if (!end.startsWith("]")) throw new Error(`the command ended with ${code} and no summary: ${end.slice(0, 200)}`);
  return { ...JSON.parse(`{"results":[${end}`), code, peakMB: Number(readFileSync(peakFile, "utf8")) / 1024 };
}

async function* linesOf(texts) {
  let rest = "";
  for await (const text of texts) {
    const lines = (rest + text).split("\n");
    rest = lines.pop();
    yield* lines;
  }
  if (rest !== "") yield rest;
}
