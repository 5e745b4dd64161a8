import { join } from "node:path";
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { afterAll, beforeAll, expect, test } from "vitest";
import { localEndpoint } from "../../../lib/aws/local-endpoint.js";
import { type Server, startServer } from "../../../lib/serve/server.js";
import { temporaryFolder } from "../../serve/endpoint.js";
import { DOUBLE, folderWith, jsonLines, runCli } from "../run-cli.js";

let server: Server;
let s3: S3Client;

beforeAll(async () => {
  server = await startServer({ data: temporaryFolder() });
  s3 = new S3Client(localEndpoint(server.url, server.region));
  for (const Bucket of ["data", "out"]) await s3.send(new CreateBucketCommand({ Bucket }));
  await s3.send(new PutObjectCommand({ Bucket: "data", Key: "in/numbers.jsonl", Body: "1\n2\n3\n" }));
  await s3.send(new PutObjectCommand({ Bucket: "data", Key: "in/bad.jsonl", Body: "1\n{\n" }));
});

afterAll(async () => {
  s3.destroy();
  await server.close();
});

const CREDENTIALS = { AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test" };
const environment = () => ({ AWS_ENDPOINT_URL: server.url, AWS_REGION: server.region, ...CREDENTIALS });

const MACHINE = {
  StartAt: "Map",
  States: {
    Map: {
      Type: "Map",
      ItemReader: {
        Resource: "arn:aws:states:::s3:getObject",
        ReaderConfig: { InputType: "JSONL" },
        Parameters: { Bucket: "items", "Key.$": "$.key" },
      },
      ItemProcessor: {
        ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "EXPRESS" },
        StartAt: "P",
        States: { P: { Type: "Pass", End: true } },
      },
      ResultWriter: {
        Resource: "arn:aws:states:::s3:putObject",
        WriterConfig: { Transformation: "COMPACT", OutputType: "JSONL" },
        Parameters: { Bucket: "results", Prefix: "r" },
      },
      End: true,
    },
  },
};

test("items come from an object of S3", async () => {
  const cwd = folderWith({ "double.mjs": DOUBLE });
  const args = ["run", "--task", "double.mjs", "--items", "s3://data/in/numbers.jsonl"];
  const { code, stdout, stderr } = await runCli(args, { cwd, env: environment() });
  expect([code, jsonLines(stdout)], stderr).toEqual([
    0,
    [2, 4, 6].map((output, index) => ({ index, status: "SUCCEEDED", output })),
  ]);
});

test("items are what a prefix of S3 lists", async () => {
  const cwd = folderWith({ "key.mjs": "export const handler = async (item) => item.Key;" });
  const args = ["run", "--task", "key.mjs", "--items", "s3://data/in/"];
  const { stdout } = await runCli(args, { cwd, env: environment() });
  expect(jsonLines(stdout)).toMatchObject([{ output: "in/bad.jsonl" }, { output: "in/numbers.jsonl" }]);
});

test("a state machine reads from buckets of S3, and writes to them, under other names", async () => {
  const cwd = folderWith({ "m.asl.json": JSON.stringify(MACHINE) });
  const buckets = ["--s3", "items=s3://data", "--s3", "results=s3://out/"];
  const args = ["run", "m.asl.json", "--input", '{"key":"in/numbers.jsonl"}', ...buckets];
  const { code, stdout, stderr } = await runCli(args, { cwd, env: environment() });
  expect(code, stderr).toBe(0);
  const { ResultWriterDetails } = JSON.parse(stdout) as { ResultWriterDetails: { Bucket: string; Key: string } };
  expect(ResultWriterDetails.Bucket).toBe("results");
  const listed = await s3.send(new ListObjectsV2Command({ Bucket: "out" }));
  const keys = (listed.Contents ?? []).map(({ Key }) => Key ?? "");
  expect(keys).toContain(ResultWriterDetails.Key);
  const file = keys.find((key) => key.endsWith("SUCCEEDED_0.jsonl")) ?? "";
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: "out", Key: file }));
  expect(await Body?.transformToString()).toBe("1\n2\n3\n");
});

test.each([
  [
    "a key that is not there",
    ["--items", "s3://data/none.jsonl"],
    /fanout: s3:\/\/data\/none\.jsonl \(us-east-1\): NoSuchKey: .* \[FANOUT_FILE_NOT_FOUND\]$/,
  ],
  ["a line that is no JSON", ["--items", "s3://data/in/bad.jsonl"], /s3:\/\/data\/in\/bad\.jsonl/],
  ["an address without a bucket", ["--items", "s3:///x.jsonl"], /must be s3:\/\/BUCKET\/KEY/],
  ["a format that is none", ["--items", "s3://data/in/photo.jpg"], /not an items file/],
])("%s is one line", async (_what, items, line) => {
  const cwd = folderWith({ "double.mjs": DOUBLE });
  const args = ["run", "--quiet", "--task", "double.mjs", ...items];
  const { code, stderr } = await runCli(args, { cwd, env: environment() });
  expect([code, stderr.trim()]).toEqual([1, expect.stringMatching(line)]);
  expect(stderr.trim().split("\n")).toHaveLength(1);
});

test("without credentials one line says so, before anything runs", async () => {
  const cwd = folderWith({ "double.mjs": DOUBLE });
  const nowhere = join(cwd, "nowhere");
  const env = {
    ...{ AWS_REGION: "us-east-1", AWS_EC2_METADATA_DISABLED: "true", HOME: nowhere },
    ...{ AWS_ACCESS_KEY_ID: "", AWS_SECRET_ACCESS_KEY: "", AWS_PROFILE: "", AWS_CONFIG_FILE: nowhere },
    AWS_SHARED_CREDENTIALS_FILE: nowhere,
  };
  const { code, stderr } = await runCli(["run", "--task", "double.mjs", "--items", "s3://data/a.jsonl"], { cwd, env });
  expect([code, stderr]).toEqual([1, expect.stringMatching(/^fanout: no AWS credentials for S3: .*\[FANOUT_AWS\]\n$/)]);
});

test("a bucket of S3 has no key, and the endpoint serves folders only", async () => {
  const cwd = folderWith({ "m.asl.json": JSON.stringify(MACHINE) });
  const run = await runCli(["run", "m.asl.json", "--s3", "items=s3://data/in"], { cwd, env: environment() });
  expect([run.code, run.stderr]).toEqual([1, expect.stringMatching(/a bucket of S3 is s3:\/\/BUCKET, without a key/)]);
  const serve = await runCli(["serve", "--s3", "items=s3://data"], { cwd });
  expect([serve.code, serve.stderr]).toEqual([1, expect.stringMatching(/a bucket of the endpoint is a folder/)]);
});
