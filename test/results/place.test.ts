import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { fileStore } from "../../lib/adapters/store/files.js";
import { FanoutError } from "../../lib/errors.js";
import { folderAt, folderIn } from "../../lib/results/place.js";
import { type ObjectStore, ObjectStoreError } from "../../lib/run/ports.js";
import { child, ID, MAP_RUN_ARN, read, written } from "./written.js";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "fanout-results-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
});

/** Files of a run in a bucket that is a folder, the way a run on this machine leaves them. */
async function run(changes: Parameters<typeof written>[1] = {}): Promise<string> {
  const children = [child(0, "a", 1), child(1, "b"), child(2, "c", 3)];
  await written(children, changes, fileStore({ root: folder, buckets: { b: folder } }));
  return join(folder, "results", ID);
}

const failure = (path: string) =>
  (async () => read({ kind: "files", folder: await folderAt(path) }))().then(
    () => expect.fail("it was read"),
    (error: unknown) => {
      expect(error).toBeInstanceOf(FanoutError);
      expect((error as Error).message).not.toContain("\n");
      return `${(error as FanoutError).code} ${(error as Error).message.replaceAll(folder, "")}`;
    },
  );

test("a folder, its manifest, and a folder above it all mean the run", async () => {
  const path = await run();
  for (const given of [path, join(path, "manifest.json"), join(folder, "results"), folder]) {
    const results = await read({ kind: "files", folder: await folderAt(given) });
    expect(results.map(({ status }) => status)).toEqual(["SUCCEEDED", "SUCCEEDED", "FAILED"]);
  }
});

test("a folder that was moved is read where it is, a redrive's too", async () => {
  const path = await run();
  const moved = join(folder, "elsewhere", "copy");
  mkdirSync(join(moved, "Redrive-1"), { recursive: true });
  for (const name of ["SUCCEEDED_0.jsonl", "FAILED_0.jsonl"])
    writeFileSync(join(moved, name), readFileSync(join(path, name)));
  const manifest = JSON.parse(readFileSync(join(path, "manifest.json"), "utf8")) as {
    ResultFiles: { FAILED: unknown[] };
  };
  manifest.ResultFiles.FAILED = [];
  writeFileSync(join(moved, "Redrive-1", "manifest.json"), JSON.stringify(manifest));
  for (const given of [moved, join(moved, "Redrive-1"), join(moved, "Redrive-1", "manifest.json")]) {
    expect(await read({ kind: "files", folder: await folderAt(given) })).toHaveLength(2);
  }
});

describe("what is not whole is told before anything is read", () => {
  test("a part that is missing", async () => {
    const path = await run();
    rmSync(join(path, "FAILED_0.jsonl"));
    expect(await failure(path)).toBe(`FANOUT_FILE_NOT_FOUND /results/${ID}/FAILED_0.jsonl: there is no such file`);
  });

  test("a part that has another size than its manifest says", async () => {
    const path = await run({ transformation: "COMPACT" });
    writeFileSync(join(path, "SUCCEEDED_0.jsonl"), "1\n");
    expect(await failure(path)).toBe(
      `FANOUT_RESULTS_INVALID /results/${ID}/SUCCEEDED_0.jsonl: has 2 bytes, and 4 by its manifest: it was changed or not copied whole`,
    );
  });

  test.each([
    ["text", "hello", "it is not JSON"],
    ["another document", '{"a":1}', "it has no MapRunArn and no ResultFiles, as a ResultWriter writes them"],
    [
      "one whose lists are none",
      JSON.stringify({ MapRunArn: MAP_RUN_ARN, ResultFiles: { FAILED: 1 } }),
      "ResultFiles.FAILED is no array",
    ],
    [
      "one with a part that has no size",
      JSON.stringify({ MapRunArn: MAP_RUN_ARN, ResultFiles: { FAILED: [{ Key: "x" }] } }),
      "ResultFiles.FAILED has an entry without Key and Size",
    ],
  ])("a manifest that is %s", async (_what, text, why) => {
    writeFileSync(join(folder, "manifest.json"), text);
    expect(await failure(folder)).toBe(`FANOUT_RESULTS_INVALID /manifest.json: is no manifest of results: ${why}`);
  });

  test("a folder without a manifest", async () => {
    expect(await failure(folder)).toBe("FANOUT_FILE_NOT_FOUND : has no manifest.json: results that are files have one");
  });

  test.skipIf(process.getuid?.() === 0)("a part that may not be read", async () => {
    const path = await run();
    chmodSync(join(path, "SUCCEEDED_0.jsonl"), 0);
    expect(await failure(path)).toMatch(/^FANOUT_FILE_UNREADABLE .*SUCCEEDED_0\.jsonl: EACCES/);
  });
});

test("a bucket that may not be read is told as it tells it", async () => {
  const denied = new ObjectStoreError("AccessDenied", "s3://b/p/ (r): AccessDenied: not you");
  const store = {
    // biome-ignore lint/correctness/useYield: it fails at once.
    list: async function* () {
      throw denied;
    },
  } as unknown as ObjectStore;
  await expect(folderIn(store, "b", "p/")).rejects.toMatchObject({
    code: "FANOUT_AWS",
    message: "s3://b/p/ (r): AccessDenied: not you",
  });
});

describe("what is broken inside is told with its place", () => {
  const spoilt = async (name: string, text: string, config: Parameters<typeof written>[1]) => {
    const path = await run(config);
    const file = join(path, name);
    expect(existsSync(dirname(file))).toBe(true);
    const { length } = readFileSync(file);
    writeFileSync(file, text.padEnd(length, text.endsWith("\n") ? "\n" : " ").slice(0, length));
    return (await failure(path)).replace(`/results/${ID}/`, "");
  };

  test.each([
    [
      "an array that is cut off",
      "SUCCEEDED_0.json",
      "[1,",
      { transformation: "COMPACT", outputType: "JSON" },
      /^FANOUT_RESULTS_INVALID SUCCEEDED_0\.json:1:\d+: Unexpected end of JSON input/,
    ],
    [
      "an object in the place of an array",
      "SUCCEEDED_0.json",
      '{"a":1}',
      { transformation: "NONE", outputType: "JSON" },
      /^FANOUT_RESULTS_INVALID SUCCEEDED_0\.json: is no array of results$/,
    ],
    [
      "an empty object in the place of an array",
      "SUCCEEDED_0.json",
      " {}",
      { transformation: "NONE", outputType: "JSON" },
      /^FANOUT_RESULTS_INVALID SUCCEEDED_0\.json: is no array of results$/,
    ],
    [
      "a line that is no JSON",
      "SUCCEEDED_0.jsonl",
      "1\n{",
      { transformation: "COMPACT" },
      /^FANOUT_RESULTS_INVALID SUCCEEDED_0\.jsonl: result 1 is not valid JSON$/,
    ],
    [
      "a record that is none",
      "FAILED_0.jsonl",
      "{}\n",
      {},
      /^FANOUT_RESULTS_INVALID FAILED_0\.jsonl: result 0 is no record of an execution$/,
    ],
  ] as const)("%s", async (_what, name, text, config, message) => {
    expect(await spoilt(name, text, config)).toMatch(message);
  });
});
