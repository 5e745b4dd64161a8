import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import * as sdk from "@aws-sdk/client-s3";
import { build } from "esbuild";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { s3Store } from "../../lib/adapters/store/s3.js";
import { localEndpoint } from "../../lib/aws/local-endpoint.js";
import type { GatherEvent } from "../../lib/definition/fan-out.js";
import type { ObjectStore } from "../../lib/run/ports.js";
import type { ResultWriterConfig } from "../../lib/run/write/result-writer.js";
import { type Server, startServer } from "../../lib/serve/server.js";
import { type GatheredResult, type GatherInput, results } from "../../lib/task/index.js";
import { valuesOfArray, valuesOfLines } from "../../lib/task/json-values.js";
import { child, ID, MAP_RUN_ARN, written } from "../results/written.js";
import { temporaryFolder } from "../serve/endpoint.js";

const root = fileURLToPath(new URL("../..", import.meta.url));

let server: Server;
let store: ObjectStore;

beforeAll(async () => {
  server = await startServer({ data: temporaryFolder() });
  vi.stubEnv("AWS_ENDPOINT_URL", server.url);
  vi.stubEnv("AWS_REGION", server.region);
  vi.stubEnv("AWS_ACCESS_KEY_ID", "test");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "test");
  const s3 = new sdk.S3Client(localEndpoint(server.url, server.region));
  await s3.send(new sdk.CreateBucketCommand({ Bucket: "gathered" }));
  s3.destroy();
  store = await s3Store();
});

afterAll(async () => {
  vi.unstubAllEnvs();
  await server.close();
});

async function all<T>(values: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const value of values) found.push(value);
  return found;
}

const eventOf = (prefix: string): GatherInput => ({
  mapRunArn: MAP_RUN_ARN,
  bucket: "gathered",
  key: `${prefix}/${ID}/manifest.json`,
});
const outcomes = [
  { status: "succeeded", output: 1 },
  { status: "failed", error: { name: "E", message: "m", stack: "s" } },
  { status: "unprocessed" },
];
const batch = { Items: ["a", "b", "c"] };
const error = { name: "RangeError", message: "no", stack: "" };

describe("results of files", () => {
  test.each([
    ["NONE", "JSONL"],
    ["NONE", "JSON"],
    ["COMPACT", "JSON"],
    ["FLATTEN", "JSONL"],
  ] as const)("%s, %s", async (transformation, outputType) => {
    const prefix = `${transformation}-${outputType}`;
    const children = [
      child(0, "x", { n: 1 }),
      child(1, batch, outcomes),
      child(2, batch),
      child(3, "p", undefined, { status: "PENDING" }),
    ];
    await written(children, { bucket: "gathered", prefix, transformation, outputType, maxFileBytes: 1 }, store);
    const withInputs = transformation === "NONE";
    const inputs = (input: unknown) => (withInputs ? { input } : {});
    const gathered = results(eventOf(prefix));
    expect(await all(gathered)).toEqual([
      { status: "succeeded", output: { n: 1 }, ...inputs("x") },
      ...outcomes.map((outcome, at) => ({ ...outcome, ...inputs(batch.Items[at]) })),
      ...batch.Items.map((input) => ({ status: "failed", error, input })),
      { status: "unprocessed", input: "p" },
    ]);
    expect(await gathered.summary()).toEqual({ total: 8, succeeded: 2, failed: 4, unprocessed: 2 });
    expect(await all(gathered.outputs())).toEqual([{ n: 1 }, 1]);
    expect((await all(gathered.failures())).map(({ status }) => status)).toEqual([
      ...["failed", "unprocessed"],
      ...["failed", "failed", "failed", "unprocessed"],
    ]);
  });

  test("of more than one request, by the result of the Map state as it is", async () => {
    const text = "é".repeat(1_000_000);
    const config: Partial<ResultWriterConfig> = {
      bucket: "gathered",
      prefix: "large",
      transformation: "COMPACT",
      outputType: "JSON",
    };
    await written(
      [0, 1, 2, 3, 4, 5].map((at) => child(at, at, text + at)),
      config,
      store,
    );
    const event = {
      MapRunArn: MAP_RUN_ARN,
      ResultWriterDetails: { Bucket: "gathered", Key: `large/${ID}/manifest.json` },
    };
    expect(await all(results<string>(event, { s3: sdk }).outputs())).toEqual([0, 1, 2, 3, 4, 5].map((at) => text + at));
  });

  test("that are not there reject", async () => {
    await expect(all(results(eventOf("nothing")))).rejects.toThrow(/key does not exist/);
  });
});

test("results that came with the event", async () => {
  const record = { ExecutionArn: "arn", Name: "n", Status: "TIMED_OUT", Input: '{"Items":[7,8]}' };
  expect(await all(results({ results: [{ n: 1 }, outcomes, record] }))).toEqual([
    { status: "succeeded", output: { n: 1 } },
    ...outcomes,
    { status: "failed", error: { name: "TIMED_OUT", message: "", stack: "" }, input: 7 },
    { status: "failed", error: { name: "TIMED_OUT", message: "", stack: "" }, input: 8 },
  ]);
});

const HANDLER = `
import { results } from "fanout/task";
export const handler = async (event) => {
  let words = 0;
  for await (const result of results(event)) if (result.status === "succeeded") words += result.output.words;
  return { words, ...(await results(event).summary()) };
};
`;

test.each(["left to the runtime", "bundled in"])(
  "a gather function works as a bundle, with the SDK %s",
  async (how) => {
    const folder = mkdtempSync(join(tmpdir(), "fanout-gather-"));
    try {
      // Where Lambda has its own SDK, a project has what it has installed.
      if (how === "left to the runtime") symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
      const source = how === "bundled in" ? HANDLER.replaceAll("results(event)", "results(event, { s3 })") : HANDLER;
      const imports = how === "bundled in" ? 'import * as s3 from "@aws-sdk/client-s3";' : "";
      const outfile = join(folder, "index.mjs");
      await build({
        stdin: { contents: imports + source, resolveDir: root },
        ...{ bundle: true, platform: "node", format: "esm", target: "node20", outfile, logLevel: "error" },
        alias: { "fanout/task": join(root, "lib/task/index.ts") },
        banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
      });
      await written(
        [child(0, "a", { words: 3 }), child(1, "b", { words: 4 }), child(2, "c")],
        { bucket: "gathered", prefix: how.slice(0, 4) },
        store,
      );
      const { handler } = (await import(pathToFileURL(outfile).href)) as {
        handler: (event: object) => Promise<unknown>;
      };
      const total = { words: 7, total: 3, succeeded: 2, failed: 1, unprocessed: 0 };
      expect(await handler(eventOf(how.slice(0, 4)))).toEqual(total);
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
);

test("types flow", async () => {
  const event: GatherEvent = { results: [{ n: 0 }] };
  expect(await results(event satisfies GatherInput).summary()).toMatchObject({ total: 1 });
  const [first] = await all(results<{ n: number }, string>({ results: [{ n: 1 }] }));
  if (first?.status === "succeeded") expect(first.output.n satisfies number).toBe(1);
  const shown: GatheredResult<{ n: number }, string> | undefined = first;
  expect(shown?.status).toBe("succeeded");
});

describe("values are found in texts of any length", () => {
  const pieces = async function* (text: string, sizes: readonly number[]) {
    for (let [at, turn] = [0, 0]; at < text.length; turn++) {
      const size = sizes[turn % sizes.length] ?? 1;
      yield text.slice(at, at + size);
      at += size;
    }
  };
  const values = fc.array(fc.jsonValue({ maxDepth: 3 }).map((value) => JSON.parse(JSON.stringify(value)) as unknown));
  const sizes = fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 4 });

  test("of an array, blanks or none", async () => {
    await fc.assert(
      fc.asyncProperty(values, sizes, fc.constantFrom(undefined, 2), async (given, lengths, indent) => {
        expect(await all(valuesOfArray(pieces(JSON.stringify(given, null, indent), lengths)))).toEqual(given);
      }),
    );
  });

  test("of lines", async () => {
    await fc.assert(
      fc.asyncProperty(values, sizes, fc.constantFrom("\n", "\r\n", "\n\n"), async (given, lengths, line) => {
        const text = given.map((value) => JSON.stringify(value)).join(line);
        expect(await all(valuesOfLines(pieces(text, lengths)))).toEqual(given);
      }),
    );
  });

  test.each(["[1,", "[", "", "[1,2", '["a', "[[1]"])("%j is cut off", async (text) => {
    await expect(all(valuesOfArray(pieces(text, [2])))).rejects.toThrow(/in the middle of a JSON array/);
  });

  test.each(['{"a":1}', "[1][2]"])("%j is no array", async (text) => {
    await expect(all(valuesOfArray(pieces(text, [2])))).rejects.toThrow(SyntaxError);
  });
});
