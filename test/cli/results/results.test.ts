import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { CreateBucketCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { StartExecutionCommand } from "@aws-sdk/client-sfn";
import { asyncBufferFromFile, parquetReadObjects } from "hyparquet";
import { beforeAll, describe, expect, test } from "vitest";
import { fileStore } from "../../../lib/adapters/store/files.js";
import { localEndpoint } from "../../../lib/aws/local-endpoint.js";
import { child, ID, written } from "../../results/written.js";
import { type Endpoint, openEndpoint } from "../../serve/endpoint.js";
import { folderWith, jsonLines, namesIn, runCli, startCli } from "../run-cli.js";

const CHILDREN = [
  child(0, { id: "a" }, { words: 3, of: { the: "fox" }, tags: ["x", "y"] }),
  child(1, { id: "b" }),
  child(2, { id: "c" }, { words: 4.5, note: null }),
];

/** A folder with the results of a run in `r`. */
async function folder(changes: Parameters<typeof written>[1] = {}): Promise<string> {
  const cwd = folderWith({});
  await written(CHILDREN, { prefix: "", ...changes }, fileStore({ root: cwd, buckets: { b: join(cwd, "r") } }));
  return cwd;
}

const ERROR = { name: "RangeError", message: "no" };
const [A, B, C] = CHILDREN.map(({ name }) => name);

describe("results", () => {
  test("are JSON lines on stdout, the counts are on stderr, and failures among them are no failure", async () => {
    const { code, stdout, stderr } = await runCli(["results", "r"], { cwd: await folder() });
    expect(jsonLines(stdout)).toEqual([
      { name: A, status: "SUCCEEDED", output: { words: 3, of: { the: "fox" }, tags: ["x", "y"] } },
      { name: C, status: "SUCCEEDED", output: { words: 4.5, note: null } },
      { name: B, status: "FAILED", error: ERROR },
    ]);
    expect([code, stderr]).toEqual([0, "fanout: 2 succeeded, 1 did not\n"]);
  });

  test("in item order, with their input", async () => {
    const { stdout } = await runCli(["results", `r/${ID}/manifest.json`, "--ordered", "--with-input", "-q"], {
      cwd: await folder(),
    });
    expect(jsonLines(stdout)).toMatchObject([
      { index: 0, input: { id: "a" } },
      { index: 1, input: { id: "b" }, status: "FAILED" },
      { index: 2, input: { id: "c" } },
    ]);
  });

  test("have the shape that fanout run --out writes", async () => {
    const task = "export const handler = async (n) => { if (n === 2) throw new RangeError('no'); return { n }; };";
    const cwd = folderWith({ "t.mjs": task, "numbers.jsonl": "1\n2\n3\n" });
    const run = await runCli(
      ["run", "--task", "t.mjs", "--items", "numbers.jsonl", "--tolerated-failure-count", "1", "-q"],
      { cwd },
    );
    const lines = jsonLines(run.stdout) as { error?: { stack?: string } }[];
    const record = child(1, 2, undefined, {
      cause: JSON.stringify({ errorMessage: "no", trace: lines[1]?.error?.stack?.split("\n") }),
    });
    const store = fileStore({ root: cwd, buckets: { b: join(cwd, "r") } });
    await written([child(0, 1, { n: 1 }), record, child(2, 3, { n: 3 })], { prefix: "" }, store);
    const read = await runCli(["results", "r", "--ordered", "-q"], { cwd });
    const named = jsonLines(read.stdout) as { name: string }[];
    expect(named.map(({ name: _, ...rest }) => rest)).toEqual(lines);
  });

  test.each([
    ["--failed", [B]],
    ["--succeeded", [A, C]],
  ])("%s are only some", async (flag, names) => {
    const { stdout } = await runCli(["results", "r", flag], { cwd: await folder() });
    expect(jsonLines(stdout).map((line) => (line as { name: string }).name)).toEqual(names);
  });

  test("get the order and the input from the items", async () => {
    const cwd = await folder({ transformation: "COMPACT" });
    writeFileSync(join(cwd, "items.json"), JSON.stringify([{ id: "a" }, { id: "b" }, { id: "c" }]));
    const { code, stdout } = await runCli(["results", "r", "--items", "items.json", "--with-input"], { cwd });
    expect([code, jsonLines(stdout)]).toMatchObject([
      0,
      [
        { index: 0, input: { id: "a" }, output: { words: 3 } },
        { index: 1, input: { id: "b" }, error: ERROR },
        { index: 2, input: { id: "c" }, output: { words: 4.5 } },
      ],
    ]);
  });
});

describe("formats", () => {
  test("JSON is one array", async () => {
    const cwd = await folder();
    const { stdout } = await runCli(["results", "r", "--format", "json"], { cwd });
    expect(JSON.parse(stdout)).toHaveLength(3);
  });

  test("of nothing are whole documents too", async () => {
    const cwd = await empty();
    for (const name of ["n.json", "n.jsonl", "n.csv", "n.parquet"]) {
      expect((await runCli(["results", "r", "--out", name], { cwd })).code, name).toBe(0);
    }
    expect(["n.json", "n.jsonl", "n.csv"].map((name) => readFileSync(join(cwd, name), "utf8"))).toEqual([
      "[]\n",
      "",
      "",
    ]);
    expect(await rows(join(cwd, "n.parquet"))).toEqual([]);
  });

  test("CSV has a column for each member, in the order of their kinds", async () => {
    const cwd = await folder();
    await runCli(["results", "r", "--ordered", "--with-input", "--out", "r.csv"], { cwd });
    expect(readFileSync(join(cwd, "r.csv"), "utf8").split("\r\n")).toEqual([
      "index,name,status,input.id,output.words,output.of.the,output.tags,output.note,error.name,error.message",
      `0,${A},SUCCEEDED,a,3,fox,"[""x"",""y""]",,,`,
      `1,${B},FAILED,b,,,,,RangeError,no`,
      `2,${C},SUCCEEDED,c,4.5,,,,,`,
      "",
    ]);
  });

  test("Parquet has types", async () => {
    const cwd = await folder();
    const { code, stderr } = await runCli(["results", "r", "--ordered", "--out", "r.parquet"], { cwd });
    expect(code, stderr).toBe(0);
    const found = await rows(join(cwd, "r.parquet"));
    expect(
      found.map((row) => [row["index"], row["status"], row["output.words"], row["output.tags"], row["error.name"]]),
    ).toEqual([
      [0n, "SUCCEEDED", 3, '["x","y"]', null],
      [1n, "FAILED", null, null, "RangeError"],
      [2n, "SUCCEEDED", 4.5, null, null],
    ]);
  });

  test("Parquet goes through a pipe whole", async () => {
    const cwd = await folder();
    await runCli(["results", "r", "--out", "r.parquet"], { cwd });
    const { stdout } = await runCli(["results", "r", "--format", "parquet", "-q"], { cwd });
    expect(stdout.slice(0, 4) + stdout.slice(-4)).toBe("PAR1PAR1");
  });
});

describe("what cannot be read leaves nothing behind, says one line, and exits with 1", () => {
  test.each([
    [
      "a run that is not there",
      ["nowhere"],
      /^fanout: nowhere: there is no such file or folder \[FANOUT_FILE_NOT_FOUND\]$/,
    ],
    ["two selections", ["r", "--failed", "--succeeded"], /cannot be used with/],
    ["a format that is none", ["r", "--format", "xml"], /Allowed choices are/],
    ["an endpoint that is none", ["r", "--endpoint-url", "x"], /--endpoint-url must begin with/],
    ["items that are written over", ["r", "--items", "a.jsonl", "--out", "a.jsonl"], /would write over the items/],
    ["items that are not there", ["r", "--items", "a.jsonl"], /a\.jsonl: there is no such file/],
    ["items of no format", ["r", "--items", "a.txt"], /not an items file/],
    [
      "an output that cannot be written",
      ["r", "--out", "no/r.jsonl"],
      /results cannot be written: its folder does not exist/,
    ],
    ["an ARN of something else", ["arn:aws:states:r:111122223333:activity:a"], /is the ARN of no execution/],
  ])("%s", async (_what, args, line) => {
    const cwd = await folder();
    const { code, stdout, stderr } = await runCli(["results", ...args], { cwd });
    expect([code, stdout, stderr.trim()]).toEqual([1, "", expect.stringMatching(line)]);
    expect(stderr.trim().split("\n")).toHaveLength(1);
    expect(namesIn(cwd)).toEqual(["r"]);
  });

  test("a part that is not whole", async () => {
    const cwd = await folder();
    writeFileSync(join(cwd, "r", ID, "FAILED_0.jsonl"), "{");
    const { code, stderr } = await runCli(["results", "r", "--out", "x.jsonl"], { cwd });
    expect([code, stderr]).toEqual([1, expect.stringMatching(/FAILED_0\.jsonl: has 1 bytes, and \d+ by its manifest/)]);
    expect(namesIn(cwd)).toEqual(["r"]);
  });

  test("an order or an input that is lost, when something has been read already", async () => {
    const cwd = await folder({ transformation: "COMPACT" });
    for (const [flag, why] of [
      ["--ordered", /^fanout: the order of the items cannot be restored: the files have outputs alone; --items FILE/],
      ["--with-input", /^fanout: the results have no input: --items FILE/],
    ] as const) {
      const { code, stderr } = await runCli(["results", "r", flag, "--out", "x.jsonl"], { cwd });
      expect([code, stderr]).toEqual([1, expect.stringMatching(why)]);
      expect(namesIn(cwd)).toEqual(["r"]);
    }
  });
});

test("Ctrl-C leaves neither a half-written file nor temporary ones", async () => {
  const cwd = folderWith({});
  const many = Array.from({ length: 60_000 }, (_, at) => child(at, at, at % 50 === 7 ? undefined : { at }));
  // In no order, so that they have to be sorted outside of memory.
  const mixed = many.sort((a, b) => ((a.index * 7919) % 60_000) - ((b.index * 7919) % 60_000));
  await written(mixed, { prefix: "" }, fileStore({ root: cwd, buckets: { b: join(cwd, "r") } }));
  const temporary = join(cwd, "tmp");
  mkdirSync(temporary);
  const process = startCli(["results", "r", "--ordered", "--out", "x.jsonl"], { cwd, env: { TMPDIR: temporary } });
  await until(() => namesIn(temporary).length > 0);
  process.kill("SIGINT");
  const { code } = await process.ended;
  expect([code, namesIn(temporary), namesIn(cwd)]).toEqual([130, [], ["r", "tmp"]]);
});

describe("against an endpoint", () => {
  let endpoint: Endpoint;
  const env = () => ({
    AWS_ENDPOINT_URL: endpoint.server.url,
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
  });

  beforeAll(async () => {
    endpoint = await openEndpoint();
    const s3 = new S3Client(localEndpoint(endpoint.server.url, "eu-west-1"));
    await s3.send(new CreateBucketCommand({ Bucket: "results" }));
    await s3.send(new PutObjectCommand({ Bucket: "results", Key: "other.txt", Body: "x" }));
    s3.destroy();
  });

  test("the ARN of an execution and the prefix of its files give the same", async () => {
    const stateMachineArn = await endpoint.create("Map", {
      StartAt: "M",
      States: {
        M: {
          Type: "Map",
          ItemProcessor: {
            ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "EXPRESS" },
            StartAt: "P",
            States: { P: { Type: "Pass", End: true } },
          },
          ResultWriter: { Resource: "arn:aws:states:::s3:putObject", Parameters: { Bucket: "results", Prefix: "p" } },
          End: true,
        },
      },
    });
    const { executionArn = "" } = await endpoint.client.send(
      new StartExecutionCommand({ stateMachineArn, input: "[5,6]" }),
    );
    await endpoint.ended(executionArn);
    const cwd = folderWith({});
    const byArn = await runCli(["results", executionArn, "--with-input", "-q"], { cwd, env: env() });
    expect(byArn.stderr).toBe("");
    expect(jsonLines(byArn.stdout)).toMatchObject([
      { index: 0, input: 5, output: 5 },
      { index: 1, input: 6, output: 6 },
    ]);
    const flags = ["--with-input", "-q", "--region", "eu-west-1", "--endpoint-url", endpoint.server.url];
    const { AWS_ENDPOINT_URL: _, ...credentials } = env();
    const byPrefix = await runCli(["results", "s3://results/p/", ...flags], { cwd, env: credentials });
    expect(byPrefix.stdout).toBe(byArn.stdout);
  });
});

/** Results of a run that had no items. */
async function empty(): Promise<string> {
  const cwd = folderWith({});
  await written([], { prefix: "" }, fileStore({ root: cwd, buckets: { b: join(cwd, "r") } }));
  return cwd;
}

async function rows(file: string): Promise<Record<string, unknown>[]> {
  expect(existsSync(dirname(file))).toBe(true);
  return await parquetReadObjects({ file: await asyncBufferFromFile(file) });
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
}
