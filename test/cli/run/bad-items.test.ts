import { existsSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { parquetWriteBuffer } from "hyparquet-writer";
import { expect, test } from "vitest";
import { DOUBLE, folderWith, jsonLines, runCli } from "../run-cli.js";

type Files = Readonly<Record<string, string | Uint8Array>>;

const LINES = Array.from({ length: 20_000 }, (_, index) => `${index * 48_271}\n`).join("");
const PARQUET = Buffer.from(
  parquetWriteBuffer({ columnData: [{ name: "n", data: Array.from({ length: 3_000 }, (_, n) => n), type: "INT32" }] }),
);

/** Runs with --out, which must leave no file, and gives the one line that was said. */
async function refused(files: Files, args: readonly string[]): Promise<string> {
  const cwd = folderWith({ "x.mjs": DOUBLE, ...files });
  const { code, stdout, stderr } = await runCli(["run", ...args, "--out", "out.jsonl"], { cwd });
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(existsSync(join(cwd, "out.jsonl"))).toBe(false);
  expect(stderr.split("\n")).toHaveLength(2);
  return stderr.trimEnd();
}

test.each<[string, string, string | Uint8Array, string]>([
  ["headers twice", "n.csv", "a,b,a\n1,2,3\n", "n.csv:1: CSV headers cannot contain duplicates."],
  [
    "gzip that is cut",
    "n.jsonl.gz",
    gzipSync(LINES).subarray(0, 9_000),
    "n.jsonl.gz: Not a whole gzip file: unexpected end of file",
  ],
  ["no gzip", "n.csv.gz", "a\n1\n", "n.csv.gz: Not a whole gzip file: incorrect header check"],
  ["no Zstandard", "n.csv.zst", "a\n1\n", "n.csv.zst: Not a whole Zstandard file:"],
  [
    "one line among many",
    "n.jsonl",
    `${LINES}{"n": x}\n${LINES}`,
    'n.jsonl:20001:7: item 20000 is not valid JSON: Expected a value in JSON, got "x"',
  ],
  [
    "one line among many, packed",
    "n.jsonl.gz",
    gzipSync(`${LINES}{"n": x}\n${LINES}`),
    'n.jsonl.gz:20001:7: item 20000 is not valid JSON: Expected a value in JSON, got "x"',
  ],
  [
    "a broken footer",
    "n.parquet",
    Buffer.from(PARQUET).fill(0xa7, PARQUET.length - 120, PARQUET.length - 8),
    "n.parquet: The Parquet file cannot be read: its footer is broken",
  ],
  [
    "a file that is cut",
    "n.parquet",
    PARQUET.subarray(0, 900),
    "n.parquet: The Parquet file cannot be read: it does not end in PAR1",
  ],
  ["an empty file", "n.parquet", "", "n.parquet: the file is empty"],
])("%s in %s", async (_, name, content, line) => {
  const said = await refused({ [name]: content }, ["--task", "x.mjs", "--items", name]);
  expect(said.startsWith(`fanout: ${line}`), said).toBe(true);
  expect(said).toMatch(/ \[FANOUT_(ITEMS_INVALID|FILE_UNREADABLE)\]$/);
});

test.each([
  ["none.json", "[]"],
  ["blank.jsonl", "\n\n"],
  ["headers.csv", "a,b\n"],
  ["rows.parquet", new Uint8Array(parquetWriteBuffer({ columnData: [{ name: "n", data: [], type: "INT32" }] }))],
  ["none.jsonl.gz", gzipSync("")],
])("no items in %s are no mistake", async (name, content) => {
  const cwd = folderWith({ "x.mjs": DOUBLE, [name]: content });
  const { code, stdout, stderr } = await runCli(["run", "--task", "x.mjs", "--items", name], { cwd });
  expect({ code, stdout }).toEqual({ code: 0, stdout: "" });
  expect(stderr).toContain("items     0\n");
});

test("the rows of a Parquet file are items", async () => {
  const cwd = folderWith({ "x.mjs": "export const handler = async ({ n }) => n + 1;\n", "n.parquet": PARQUET });
  const { code, stdout } = await runCli(["run", "--task", "x.mjs", "--items", "n.parquet"], { cwd });
  expect(code).toBe(0);
  expect(jsonLines(stdout)).toEqual(
    Array.from({ length: 3_000 }, (_, index) => ({ index, status: "SUCCEEDED", output: index + 1 })),
  );
});

test("an item of more than 256 KiB fails alone, and is named", async () => {
  const cwd = folderWith({ "x.mjs": DOUBLE, "n.jsonl": `1\n"${"x".repeat(262_143)}"\n3\n` });
  const args = ["run", "--task", "x.mjs", "--items", "n.jsonl", "--tolerated-failure-count", "1"];
  const { stdout, stderr } = await runCli(args, { cwd });
  expect(jsonLines(stdout)).toMatchObject([
    { index: 0, status: "SUCCEEDED" },
    { index: 1, status: "FAILED", error: { name: "States.DataLimitExceeded" } },
    { index: 2, status: "SUCCEEDED" },
  ]);
  expect(stderr).toMatch(/1 States\.DataLimitExceeded, such as item 1: /);
});

/** A machine that passes on what its ItemReader reads, as a template does with no task. */
const machine = (config: object, parameters: object): string =>
  JSON.stringify({
    StartAt: "M",
    States: {
      M: {
        Type: "Map",
        ItemProcessor: {
          ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "EXPRESS" },
          StartAt: "P",
          States: { P: { Type: "Pass", End: true } },
        },
        ItemReader: { Resource: "arn:aws:states:::s3:getObject", ReaderConfig: config, Parameters: parameters },
        End: true,
      },
    },
  });

test.each<[string, object, object, Files, string]>([
  [
    "a bucket that is not there",
    { InputType: "JSONL" },
    { Bucket: "gone", Key: "n.jsonl" },
    {},
    ".fanout/s3/gone/n.jsonl: items cannot be read: there is no such file (--s3 gone=DIR names another folder for the bucket)",
  ],
  [
    "a file that a manifest of Athena names",
    { ManifestType: "ATHENA_DATA", InputType: "JSONL" },
    { Bucket: "b", Key: "m.csv" },
    { "in/b/m.csv": "s3://b/1.jsonl\ns3://b/2.jsonl\n", "in/b/1.jsonl": "1\n" },
    "in/b/2.jsonl: items cannot be read: there is no such file (--s3 b=DIR names another folder for the bucket)",
  ],
  [
    "a file that an inventory names",
    { ManifestType: "S3_INVENTORY" },
    { Bucket: "b", Key: "manifest.json" },
    {
      "in/b/manifest.json":
        '{"destinationBucket":"arn:aws:s3:::b","fileFormat":"CSV","fileSchema":"Key","files":[{"key":"d/1.csv.gz"}]}',
    },
    "in/b/d/1.csv.gz: items cannot be read: there is no such file (--s3 b=DIR names another folder for the bucket)",
  ],
  [
    "a version",
    { InputType: "JSONL" },
    { Bucket: "b", Key: "n.jsonl", VersionId: "v1" },
    { "in/b/n.jsonl": "1\n" },
    "in/b/n.jsonl: The specified version does not exist: in/b/n.jsonl has no version v1",
  ],
  [
    "an owner",
    { InputType: "JSONL" },
    { Bucket: "b", Key: "n.jsonl", ExpectedBucketOwner: "111122223333" },
    { "in/b/n.jsonl": "1\n" },
    "in/b/n.jsonl: Access Denied: the bucket b belongs to the account 000000000000, not to 111122223333",
  ],
])("%s that is not there is one line", async (_, config, parameters, files, line) => {
  const given = { "m.asl.json": machine(config, parameters), "in/b/other": "", ...files };
  const said = await refused(given, ["m.asl.json", "--s3", "b=in/b"]);
  expect(said).toMatch(/ \[FANOUT_(FILE_NOT_FOUND|ITEMS_INVALID)\]$/);
  expect(said.replace(/ \[FANOUT_\w+\]$/, "")).toBe(`fanout: ${line}`);
});
