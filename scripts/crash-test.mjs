// Kills runs with SIGKILL at random moments and goes on with them, until so many processes have been killed. Whatever the
// moment: every item is in the results exactly once, and what the journal had of a success is not run again.
//   node scripts/crash-test.mjs [--kills 200] [--seed N] [--quiet]
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { BlockReader } from "../dist/lib/adapters/journal/disk/block-reader.js";
import { Blocks } from "../dist/lib/adapters/journal/disk/blocks.js";
import { readRecords } from "../dist/lib/adapters/journal/disk/records.js";

const bin = fileURLToPath(new URL("../dist/lib/cli/bin.js", import.meta.url));
/** Processes of one run that are killed at most, so that each run comes to its end. */
const KILLS_A_RUN = 8;
/** Latest moment of a kill, in ms after the start of the process. */
const LATEST_MS = 1500;
/** Before this nothing has been begun. */
const EARLIEST_MS = 150;

const { values } = parseArgs({
  options: {
    kills: { type: "string", default: "200" },
    seed: { type: "string", default: String(Date.now() % 1e6) },
    quiet: { type: "boolean", default: false },
  },
});

/** Mulberry32. */
function randomOf(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
const random = randomOf(Number(values.seed));

const ids = (count) => Array.from({ length: count }, (_, id) => id);

/** A handler that notes each call of it in a file of its thread before it does anything. */
const taskSource = (folder, name, body) => `
import { appendFileSync } from "node:fs";
import { threadId } from "node:worker_threads";
const calls = ${JSON.stringify(join(folder, "calls"))} + "/" + process.pid + "-" + threadId;
async function one(item) {
  const id = Number(item.id);
  appendFileSync(calls, "${name} " + id + "\\n");
  await new Promise((done) => setTimeout(done, Math.random() * 3));
  ${body}
}
export const handler = (event) => ${name === "batched" ? "Promise.all(event.Items.map(one))" : "one(event)"};
`;

function writeItems(bucket, count) {
  mkdirSync(bucket);
  const lines = ids(count).map((id) => `{"id":${id}}\n`);
  writeFileSync(join(bucket, "items.jsonl"), lines.join(""));
}

const twice = (id) => `{"id":${id},"twice":${id * 2}}`;
const succeeded = (index, output) => `{"index":${index},"status":"SUCCEEDED","output":${output}}`;

/** Resources of a template with functions that are named after their folders. */
const template = (definition, functions) => ({
  Transform: "AWS::Serverless-2016-10-31",
  Resources: {
    Machine: {
      Type: "AWS::Serverless::StateMachine",
      Properties: {
        Definition: definition,
        DefinitionSubstitutions: Object.fromEntries(functions.map((name) => [name, { "Fn::GetAtt": [name, "Arn"] }])),
      },
    },
    ...Object.fromEntries(
      functions.map((name) => [
        name,
        {
          Type: "AWS::Serverless::Function",
          Properties: { CodeUri: name, Handler: "index.handler", Runtime: "nodejs24.x" },
        },
      ]),
    ),
  },
});

const map = (executionType, states, rest) => ({
  Type: "Map",
  ItemReader: {
    Resource: "arn:aws:states:::s3:getObject",
    ReaderConfig: { InputType: "JSONL" },
    Parameters: { Bucket: "in", Key: "items.jsonl" },
  },
  ItemProcessor: {
    ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: executionType },
    StartAt: Object.keys(states)[0],
    States: states,
  },
  ...rest,
});

const retry = [
  { ErrorEquals: ["Flaky"], IntervalSeconds: 1, MaxDelaySeconds: 1, MaxAttempts: 20, JitterStrategy: "FULL" },
];
const task = (name, rest) => ({ Type: "Task", Resource: `\${${name}}`, Retry: retry, ...rest });
/** The same by the optimised integration, as `fanOut()` makes it. */
const invoke = (name, rest) => ({
  ...task(name, rest),
  Resource: "arn:aws:states:::lambda:invoke",
  Parameters: { FunctionName: `\${${name}}`, "Payload.$": "$" },
  OutputPath: "$.Payload",
});
const sometimes = `if (Math.random() < 0.02) throw Object.assign(new Error("once in a while"), { name: "Flaky" });`;

/** Kinds of runs: their files, their arguments, the lines they must end with, and what a child of theirs is made of. */
const SCENARIOS = [
  {
    name: "JSONL, EXPRESS, one item a child",
    items: 1500,
    prepare(folder, count) {
      writeFileSync(
        join(folder, "items.jsonl"),
        ids(count)
          .map((id) => `{"id":${id}}\n`)
          .join(""),
      );
      writeFileSync(join(folder, "task.mjs"), taskSource(folder, "single", "return { id, twice: id * 2 };"));
    },
    args: ["--task", "task.mjs", "--items", "items.jsonl"],
    lines: (count) => ids(count).map((id) => succeeded(id, twice(id))),
    tasks: { Map: [["single"]] },
  },
  {
    name: "CSV, failures within what is tolerated",
    items: 1500,
    prepare(folder, count) {
      writeFileSync(join(folder, "items.csv"), `id\n${ids(count).join("\n")}\n`);
      const body = `if (id % 50 === 0) throw new RangeError("no " + id);\nreturn { id, twice: id * 2 };`;
      writeFileSync(join(folder, "task.mjs"), taskSource(folder, "single", body));
    },
    args: ["--task", "task.mjs", "--items", "items.csv", "--tolerated-failure-percentage", "5"],
    lines: (count) =>
      ids(count).map((id) => (id % 50 === 0 ? `{"index":${id},"status":"FAILED"` : succeeded(id, twice(id)))),
    tasks: { Map: [["single"]] },
  },
  {
    name: "JSON, batches of 7",
    items: 5000,
    prepare(folder, count) {
      writeFileSync(join(folder, "items.json"), JSON.stringify(ids(count).map((id) => ({ id }))));
      const body = `return { id, twice: id * 2 };`;
      writeFileSync(join(folder, "task.mjs"), taskSource(folder, "batched", body));
    },
    args: ["--task", "task.mjs", "--items", "items.json", "--batch", "7"],
    lines: (count) => ids(count).map((id) => succeeded(id, twice(id))),
    batch: 7,
    tasks: { Map: [["batched"]] },
  },
  {
    name: "STANDARD, two tasks a child, retries, result files",
    items: 800,
    prepare(folder, count) {
      writeItems(join(folder, "in"), count);
      for (const [name, body] of [
        ["First", `${sometimes}\nreturn { id };`],
        ["Second", `${sometimes}\nreturn { id, twice: id * 2 };`],
      ]) {
        mkdirSync(join(folder, name));
        writeFileSync(join(folder, name, "index.mjs"), taskSource(folder, name, body));
      }
      const children = { One: task("First", { Next: "Two" }), Two: task("Second", { End: true }) };
      const writer = {
        ResultWriter: { Resource: "arn:aws:states:::s3:putObject", Parameters: { Bucket: "out", Prefix: "results" } },
      };
      const definition = { StartAt: "Each", States: { Each: map("STANDARD", children, { End: true, ...writer }) } };
      writeFileSync(join(folder, "template.json"), JSON.stringify(template(definition, ["First", "Second"])));
    },
    args: ["template.json", "--s3", "in=in"],
    lines: (count) => ids(count).map((id) => succeeded(id, twice(id))),
    tasks: { Each: [["First"], ["Second"]] },
  },
  {
    name: "a task, then two map runs, one after the other",
    items: 1500,
    prepare(folder, count) {
      writeItems(join(folder, "in"), count);
      for (const name of ["Before", "First", "Second"]) {
        mkdirSync(join(folder, name));
        writeFileSync(join(folder, name, "index.mjs"), taskSource(folder, name, "return { id, twice: id * 2 };"));
      }
      const nothing = { ResultPath: null, ResultSelector: {} };
      const definition = {
        StartAt: "Prepare",
        States: {
          Prepare: task("Before", { Next: "One" }),
          One: map("EXPRESS", { A: task("First", { End: true }) }, { ...nothing, Next: "Two" }),
          Two: map("STANDARD", { B: invoke("Second", { End: true }) }, { ...nothing, End: true }),
        },
      };
      writeFileSync(join(folder, "template.json"), JSON.stringify(template(definition, ["Before", "First", "Second"])));
    },
    args: ["template.json", "--s3", "in=in", "--input", '{"id":-1}'],
    lines: (count) =>
      ["One", "Two"].flatMap((state) =>
        ids(count).map((id) => succeeded(id, twice(id)).replace("{", `{"state":"${state}",`)),
      ),
    tasks: { One: [["First"]], Two: [["Second"]] },
    root: ["Before"],
  },
];

/** How often each task was called for each item, by `task id`. */
function callsOf(folder) {
  const counts = new Map();
  for (const file of readdirSync(join(folder, "calls"))) {
    for (const call of readFileSync(join(folder, "calls", file), "utf8").split("\n")) {
      if (call !== "") counts.set(call, (counts.get(call) ?? 0) + 1);
    }
  }
  return counts;
}

/** The calls whose success, or whose child's end, is in the journal. */
function recordedIn(folder, scenario, count) {
  const file = join(folder, "data", "journal");
  const recorded = new Set();
  if (!existsSync(file)) return recorded;
  const blocks = new Blocks(file);
  const mapRuns = [];
  const threads = new Map();
  const successes = new Map();
  const { batch = 1 } = scenario;
  const add = (state, index, upTo) => {
    for (const names of scenario.tasks[state]?.slice(0, upTo) ?? []) {
      for (const name of names) {
        for (let id = index * batch; id < Math.min(count, (index + 1) * batch); id++) recorded.add(`${name} ${id}`);
      }
    }
  };
  const visitor = {
    mapRun: (number, { stateName }) => {
      mapRuns[number] = stateName;
    },
    thread: (thread, note) => threads.set(thread, note),
    event: (thread) => {
      const note = threads.get(thread);
      return ({ type }) => {
        if (type !== "LambdaFunctionSucceeded" && type !== "TaskSucceeded") return;
        const key = "arn" in note ? "root" : `${note.mapRun}/${note.index}`;
        const done = (successes.get(key) ?? 0) + 1;
        successes.set(key, done);
        if ("arn" in note) recorded.add(`${scenario.root[done - 1]} -1`);
        else add(mapRuns[note.mapRun], note.index, done);
      };
    },
    childEnded: (mapRun, index) => {
      add(scenario.tasks[mapRuns[mapRun]] === undefined ? "Map" : mapRuns[mapRun], index);
      return undefined;
    },
  };
  let offset = blocks.first ?? blocks.size;
  for (let block = blocks.at(offset); block !== undefined; block = blocks.at(offset)) {
    offset += block.length;
    readRecords(new BlockReader(block), visitor);
  }
  blocks.close();
  return recorded;
}

/** Runs a command; with `killAfter`, kills it then. Gives whether it was killed, its exit code and its stderr. */
function runCommand(folder, args, killAfter) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [bin, ...args], { cwd: folder, stdio: ["ignore", "ignore", "pipe"] });
    let stderr = "";
    child.stderr.on("data", (chunk) => {
      stderr += chunk;
    });
    const timer = killAfter === undefined ? undefined : setTimeout(() => child.kill("SIGKILL"), killAfter);
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      resolve({ killed: signal === "SIGKILL", code, stderr });
    });
  });
}

function mustHold(condition, what, detail = "") {
  if (!condition) throw new Error(`${what}\n${detail}`);
}

/** One run from its start to its end, through some kills. Gives what happened. */
async function crash(scenario, killsLeft) {
  const folder = mkdtempSync(join(tmpdir(), "fanout-crash-"));
  mkdirSync(join(folder, "calls"));
  const count = scenario.items;
  scenario.prepare(folder, count);
  const figures = { kills: 0, cut: 0, kept: 0, calls: 0 };
  /** Calls whose success is recorded: how often there had been such a call when that was seen first. */
  const settled = new Map();
  let ended;
  while (ended === undefined) {
    const begun = existsSync(join(folder, "data", "run.json"));
    const fresh = ["run", ...scenario.args, "--data", "data", "--out", "results.jsonl", "--progress", "none"];
    const kill =
      figures.kills < Math.min(KILLS_A_RUN, killsLeft) ? EARLIEST_MS + random() * (LATEST_MS - EARLIEST_MS) : undefined;
    const process = await runCommand(folder, begun ? ["resume", "--data", "data", "--progress", "none"] : fresh, kill);
    if (process.stderr.includes("not whole")) figures.cut += 1;
    if (!process.killed) ended = process;
    else figures.kills += 1;
    const calls = callsOf(folder);
    for (const call of recordedIn(folder, scenario, count)) {
      if (!settled.has(call)) settled.set(call, calls.get(call) ?? 0);
    }
    if (process.killed) figures.kept = settled.size;
  }
  mustHold(ended.code === 0, `${scenario.name}: exit code ${ended.code} in ${folder}`, ended.stderr);
  const lines = readFileSync(join(folder, "results.jsonl"), "utf8").split("\n").slice(0, -1);
  const expected = scenario.lines(count);
  mustHold(
    lines.length === expected.length,
    `${scenario.name}: ${lines.length} of ${expected.length} lines in ${folder}`,
  );
  const wrong = lines.findIndex((line, at) => !line.startsWith(expected[at]));
  mustHold(
    wrong === -1,
    `${scenario.name}: line ${wrong + 1} of results.jsonl in ${folder}`,
    `${lines[wrong]}\n${expected[wrong]}`,
  );
  const calls = callsOf(folder);
  for (const [call, times] of settled) {
    mustHold(calls.get(call) === times, `${scenario.name}: "${call}" was called again in ${folder}`);
  }
  figures.calls = [...calls.values()].reduce((sum, times) => sum + times, 0);
  rmSync(folder, { recursive: true });
  return figures;
}

const wanted = Number(values.kills);
const totals = { runs: 0, kills: 0, cut: 0, kept: 0, calls: 0 };
const began = Date.now();
for (let at = 0; totals.kills < wanted; at++) {
  const scenario = SCENARIOS[at % SCENARIOS.length];
  const left = Math.ceil((wanted - totals.kills) / Math.max(1, SCENARIOS.length - at));
  const figures = await crash(scenario, left);
  totals.runs += 1;
  for (const [name, value] of Object.entries(figures)) totals[name] += value;
  if (!values.quiet) console.log(`${scenario.name}: ${JSON.stringify(figures)}`);
}
const { runs, kills, cut, kept, calls } = totals;
console.log(
  `${kills} processes killed in ${runs} runs, ${cut} journals cut, ${kept} recorded calls not made again of ${calls} calls, ` +
    `no item lost or twice, in ${Math.round((Date.now() - began) / 1000)} s (--seed ${values.seed})`,
);
