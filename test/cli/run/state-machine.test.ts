import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { folderWith, jsonLines, namesIn, runCli } from "../run-cli.js";

const ECHO = '{ "StartAt": "A", "States": { "A": { "Type": "Pass", "End": true } } }';

test.each([
  ["JSON", '{ "a" : 1 }', undefined],
  ["a file", "@in.json", undefined],
  ["stdin", "-", '{ "a" : 1 }'],
])("--input takes %s; the output of the state machine is on stdout", async (_what, input, stdin) => {
  const cwd = folderWith({ "m.asl.json": ECHO, "in.json": '{ "a" : 1 }' });
  const options = stdin === undefined ? { cwd } : { cwd, input: stdin };
  const { code, stdout, stderr } = await runCli(["run", "m.asl.json", "--input", input], options);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toEqual({ a: 1 });
  expect(stderr).toMatch(/^Succeeded\n {2}duration [^,]*\n$/);
});

test("without --input it is an empty object", async () => {
  const cwd = folderWith({ "m.asl.json": ECHO });
  expect((await runCli(["run", "m.asl.json"], { cwd })).stdout).toBe("{}\n");
});

test.each([
  ["{ a: 1 }", '--input:1:3: Expected a key or "}" in JSON, got "a" [FANOUT_USAGE]'],
  ["@none.json", "none.json: there is no such file [FANOUT_FILE_NOT_FOUND]"],
  ["", "--input: the input is empty, JSON was expected [FANOUT_USAGE]"],
  [`"${"x".repeat(300_000)}"`, "--input: the input has 300002 bytes, an execution takes 262144 at most [FANOUT_USAGE]"],
])("--input %.12s is refused", async (input, line) => {
  const cwd = folderWith({ "m.asl.json": ECHO, "big.json": input });
  // A command line cannot be that long everywhere.
  const given = input.length > 1000 ? "@big.json" : input;
  const { code, stderr } = await runCli(["run", "m.asl.json", "--input", given], { cwd });
  expect(code).toBe(1);
  expect(stderr).toBe(
    `fanout: ${line.replace("--input: the input has", given === input ? "--input: the input has" : "big.json: the input has")}\n`,
  );
});

test("a state machine that fails exits with 2 and says why", async () => {
  const fail = '{ "StartAt": "F", "States": { "F": { "Type": "Fail", "Error": "Sour", "Cause": "milk" } } }';
  const cwd = folderWith({ "m.asl.json": fail });
  const { code, stdout, stderr } = await runCli(["run", "m.asl.json"], { cwd });
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toMatch(/^Failed: Sour: milk\n/);
  const json = await runCli(["run", "m.asl.json", "--json"], { cwd });
  expect(JSON.parse(json.stdout)).toMatchObject({ status: "FAILED", error: { name: "Sour", message: "milk" } });
});

test("--virtual-time lets waits pass at once", async () => {
  const wait = '{ "StartAt": "W", "States": { "W": { "Type": "Wait", "Seconds": 86400, "End": true } } }';
  const cwd = folderWith({ "m.asl.json": wait });
  expect((await runCli(["run", "m.asl.json", "--virtual-time"], { cwd })).code).toBe(0);
});

test("--seed makes chance the same at every run, --region is in the context", async () => {
  const chance = JSON.stringify({
    StartAt: "R",
    States: {
      R: {
        Type: "Pass",
        Parameters: { "id.$": "States.UUID()", "machine.$": "$$.StateMachine.Id" },
        End: true,
      },
    },
  });
  const cwd = folderWith({ "m.asl.json": chance });
  const args = ["run", "m.asl.json", "--seed", "7", "--region", "eu-west-1"];
  const [first, second] = [await runCli(args, { cwd }), await runCli(args, { cwd })];
  expect(first.stdout).toBe(second.stdout);
  expect(JSON.parse(first.stdout)).toMatchObject({ machine: expect.stringContaining(":eu-west-1:") });
});

/** A distributed map over the lines of s3://in/rows.jsonl that passes its items on. */
const MAP = JSON.stringify({
  StartAt: "M",
  States: {
    M: {
      Type: "Map",
      ItemReader: {
        Resource: "arn:aws:states:::s3:getObject",
        ReaderConfig: { InputType: "JSONL" },
        Parameters: { Bucket: "in", Key: "rows.jsonl" },
      },
      ItemProcessor: {
        ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "EXPRESS" },
        StartAt: "P",
        States: { P: { Type: "Pass", End: true } },
      },
      ResultWriter: { Resource: "arn:aws:states:::s3:putObject", Parameters: { Bucket: "out", Prefix: "run" } },
      End: true,
    },
  },
});

test("a bucket is a folder: below .fanout/s3, or where --s3 says", async () => {
  const cwd = folderWith({ "m.asl.json": MAP, "rows/rows.jsonl": "1\n2\n" });
  const { code, stdout, stderr } = await runCli(["run", "m.asl.json", "--s3", "in=rows", "--out", "o.jsonl"], { cwd });
  expect(code).toBe(0);
  const { ResultWriterDetails } = JSON.parse(stdout) as { ResultWriterDetails: { Bucket: string; Key: string } };
  expect(ResultWriterDetails).toEqual({ Bucket: "out", Key: expect.stringMatching(/^run\/.*\/manifest\.json$/) });
  expect(readFileSync(join(cwd, ".fanout/s3/out", ResultWriterDetails.Key), "utf8")).toContain(
    '"DestinationBucket":"out"',
  );
  expect(stderr).toContain(`.fanout/s3/out/${ResultWriterDetails.Key}\n`);
  expect(jsonLines(readFileSync(join(cwd, "o.jsonl"), "utf8"))).toEqual([
    { index: 0, status: "SUCCEEDED", output: 1 },
    { index: 1, status: "SUCCEEDED", output: 2 },
  ]);
});

test("items that are not there: the local file and how to name another folder", async () => {
  const cwd = folderWith({ "m.asl.json": MAP });
  const { code, stderr } = await runCli(["run", "m.asl.json", "--out", "o.jsonl"], { cwd });
  expect(code).toBe(1);
  expect(stderr).toBe(
    "fanout: .fanout/s3/in/rows.jsonl: items cannot be read: there is no such file (--s3 in=DIR names another folder for the bucket) [FANOUT_FILE_NOT_FOUND]\n",
  );
  expect(namesIn(cwd)).toEqual(["m.asl.json"]);
});

test("--json has the output of the state machine and the results of its items", async () => {
  const cwd = folderWith({ "m.asl.json": MAP, "rows/rows.jsonl": "1\n2\n" });
  const { stdout } = await runCli(["run", "m.asl.json", "--s3", "in=rows", "--json"], { cwd });
  expect(JSON.parse(stdout)).toMatchObject({
    status: "SUCCEEDED",
    output: { ResultWriterDetails: { Bucket: "out" } },
    results: [
      { index: 0, output: 1 },
      { index: 1, output: 2 },
    ],
    summary: { files: expect.arrayContaining([expect.stringMatching(/manifest\.json$/)]) },
  });
});

test("a SAM template runs its function's code", async () => {
  const cwd = folderWith({
    "template.yaml": `Transform: AWS::Serverless-2016-10-31
Resources:
  Triple:
    Type: AWS::Serverless::Function
    Properties: { CodeUri: src/, Handler: app.handler, Runtime: nodejs22.x, Environment: { Variables: { BY: "3" } } }
  Machine:
    Type: AWS::Serverless::StateMachine
    Properties:
      DefinitionUri: machine.asl.yaml
      DefinitionSubstitutions: { Function: !GetAtt Triple.Arn }
`,
    "machine.asl.yaml": `StartAt: T
States:
  T: { Type: Task, Resource: "\${Function}", End: true }
`,
    "src/app.mjs": "export const handler = async ({ n }) => n * Number(process.env.BY);\n",
  });
  const { code, stdout, stderr } = await runCli(["run", "template.yaml", "--input", '{"n":2}'], { cwd });
  expect({ code, stdout }, stderr).toEqual({ code: 0, stdout: "6\n" });
});
