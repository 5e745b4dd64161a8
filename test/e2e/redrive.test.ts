import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { folderWith, jsonLines, runCli, startCli } from "../cli/run-cli.js";
import { samTemplate, taskOf } from "../support/sam-template.js";

const COUNT = 400;
const IDS = Array.from({ length: COUNT }, (_, id) => id);
const ITEMS = IDS.map((id) => `{"id":${id}}\n`).join("");

/** Notes each call with its name, takes a moment, and fails for some as long as there is no file `mended`. */
const task = (name: string, fails: string) => `import { appendFileSync, existsSync } from "node:fs";
export const handler = async ({ id }) => {
  appendFileSync("calls", "${name} " + id + "\\n");
  await new Promise((done) => setTimeout(done, 2));
  if (!existsSync("mended") && (${fails})) throw new RangeError("no " + id);
  return { id };
};
`;

/** A map run of children with two tasks, whose results are files. */
function template(): string {
  const definition = {
    StartAt: "Each",
    States: {
      Each: {
        Type: "Map",
        MaxConcurrency: 8,
        ItemReader: {
          Resource: "arn:aws:states:::s3:getObject",
          ReaderConfig: { InputType: "JSONL" },
          Parameters: { Bucket: "in", Key: "items.jsonl" },
        },
        ItemProcessor: {
          ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "STANDARD" },
          StartAt: "One",
          States: { One: taskOf("First", { Next: "Two" }), Two: taskOf("Second", { End: true }) },
        },
        ResultWriter: { Resource: "arn:aws:states:::s3:putObject", Parameters: { Bucket: "out", Prefix: "p" } },
        ToleratedFailureCount: 5,
        End: true,
      },
    },
  };
  return samTemplate(definition, ["First", "Second"]);
}

const SCENARIOS = {
  "EXPRESS children": {
    files: { "x.mjs": task("only", "id >= 150 && id % 3 === 0"), "items.jsonl": ITEMS },
    args: ["--task", "x.mjs", "--items", "items.jsonl", "--tolerated-failure-count", "5"],
    last: "only",
  },
  "STANDARD children with two tasks and result files": {
    files: {
      "template.json": template(),
      "in/items.jsonl": ITEMS,
      "First/index.mjs": task("first", "false"),
      "Second/index.mjs": task("second", "id >= 150 && id % 3 === 0"),
    },
    args: ["template.json", "--s3", "in=in", "--s3", "out=out"],
    last: "second",
  },
} as const;

const callsIn = (cwd: string) =>
  existsSync(join(cwd, "calls")) ? readFileSync(join(cwd, "calls"), "utf8").trim().split("\n") : [];
const outputs = (cwd: string) =>
  jsonLines(readFileSync(join(cwd, "out.jsonl"), "utf8")) as { index: number; status: string }[];

/** Kills a command once it has made so many calls. */
async function killed(cwd: string, args: readonly string[], calls: number): Promise<void> {
  const before = callsIn(cwd).length;
  const process = startCli(args, { cwd });
  await process.until(() => callsIn(cwd).length >= before + calls);
  process.kill("SIGKILL");
  expect((await process.ended).signal).toBe("SIGKILL");
}

const RESUME = ["resume", "--data", "d"];
const REDRIVE = ["redrive", "--data", "d"];

test.each(Object.entries(SCENARIOS))(
  "a run of %s that failed is redriven through the death of processes",
  {
    timeout: 60_000,
  },
  async (_, { files, args, last }) => {
    const cwd = folderWith(files);
    const run = ["run", ...args, "--workers", "2", "--data", "d", "--out", "out.jsonl", "--seed", "1"];
    // The run itself is killed as well, and fails in the process that goes on with it.
    await killed(cwd, run, 40);
    expect((await runCli(RESUME, { cwd })).code).toBe(2);
    const first = new Set(outputs(cwd).flatMap(({ index, status }) => (status === "SUCCEEDED" ? [index] : [])));
    expect(first.size).toBeGreaterThan(50);
    expect(first.size).toBeLessThan(250);

    writeFileSync(join(cwd, "mended"), "");
    rmSync(join(cwd, "calls"));
    await killed(cwd, REDRIVE, 60);
    await killed(cwd, RESUME, 60);
    // Nothing of the results is in their place before the end.
    expect(outputs(cwd).some(({ status }) => status !== "SUCCEEDED")).toBe(true);
    await killed(cwd, REDRIVE, 30);
    const { code, stderr } = await runCli(RESUME, { cwd });
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: expect.stringMatching(new RegExp(`^going on after \\d+ children[\\s\\S]*${COUNT}: ${COUNT} succeeded`)),
    });
    expect(outputs(cwd)).toEqual(IDS.map((id) => ({ index: id, status: "SUCCEEDED", output: { id } })));

    const calls = callsIn(cwd).filter((call) => call.startsWith(`${last} `));
    for (const id of IDS) {
      const times = calls.filter((call) => call === `${last} ${id}`).length;
      // What was under way when a process was killed was called again.
      if (first.has(id)) expect(times).toBe(0);
      else expect(times).toBeGreaterThan(0);
    }
    // Two workers, three deaths, and the little that was not on the disk yet.
    expect(calls.length - (COUNT - first.size)).toBeLessThan(40);
    expect(await runCli(REDRIVE, { cwd })).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("Execution is SUCCEEDED and cannot be redriven"),
    });
    if (last !== "second") return;
    const results = await runCli(["results", "out/p", "--format", "jsonl"], { cwd });
    expect(results.code).toBe(0);
    expect(jsonLines(results.stdout)).toHaveLength(COUNT);
  },
);
