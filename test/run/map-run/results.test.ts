import { buffer } from "node:stream/consumers";
import { expect, test } from "vitest";
import { discardStore } from "../../../lib/adapters/store/discard.js";
import { memoryStore } from "../../../lib/adapters/store/memory.js";
import type { WriterRequest } from "../../../lib/machine/index.js";
import type { ChildRecord } from "../../../lib/run/items.js";
import { resultsOf } from "../../../lib/run/map-run/results.js";

const ARN = "arn:aws:states:eu-west-1:123456789012:mapRun:m/label:id";

const record = (index: number, output: string): ChildRecord => ({
  status: "SUCCEEDED",
  index,
  firstItem: index,
  itemCount: 1,
  inputText: "1",
  output,
  name: `n${index}`,
  executionArn: "a",
  stateMachineArn: "s",
  executionType: "STANDARD",
  startDate: 0,
  stopDate: 0,
});

async function inline(writer: Omit<WriterRequest, "bucket" | "prefix"> | undefined, outputs: readonly string[]) {
  const request = writer === undefined ? undefined : { bucket: undefined, prefix: "", ...writer };
  const results = resultsOf(request, memoryStore(), ARN);
  await results.check?.();
  for (const [index, output] of outputs.entries()) await results.add(record(index, output));
  return results.finish(ARN);
}

test("without a writer the result is the array of outputs, each text as it came", async () => {
  expect((await inline(undefined, ["1.0", '{ "a": 1 }'])).result.text).toBe('[1.0,{ "a": 1 }]');
});

test.each([
  ["COMPACT", "JSON", "[[1,2],3]"],
  ["FLATTEN", "JSON", "[1,2,3]"],
  ["FLATTEN", "JSONL", JSON.stringify("1\n2\n3\n")],
] as const)("only a WriterConfig: %s as %s", async (transformation, outputType, text) => {
  expect((await inline({ transformation, outputType }, ["[1,2]", "3"])).result.text).toBe(text);
});

test("results past what a state may return are too large, and are not kept", async () => {
  const big = JSON.stringify("a".repeat(100_000));
  expect(await inline(undefined, [big, big])).toMatchObject({ tooLarge: false });
  const { result, tooLarge } = await inline(undefined, new Array(1000).fill(big));
  expect(tooLarge).toBe(true);
  expect(result.text.length).toBeLessThan(500_000);
});

test("the limit is bytes, not characters", async () => {
  const euros = JSON.stringify("\u20ac".repeat(90_000));
  expect(await inline(undefined, [euros])).toMatchObject({ tooLarge: true });
});

test("written results answer where the manifest is", async () => {
  const request = { bucket: "b", prefix: "p/", transformation: "NONE", outputType: "JSON" } as const;
  const results = resultsOf(request, memoryStore(), ARN);
  await results.add(record(0, "1"));
  const { result, tooLarge } = await results.finish(ARN);
  expect(tooLarge).toBe(false);
  expect(result.value).toEqual({ MapRunArn: ARN, ResultWriterDetails: { Bucket: "b", Key: "p/id/manifest.json" } });
});

test("a redrive's files have the successes of attempts before that no manifest lists, and no others", async () => {
  const store = memoryStore({ b: {} });
  const request = { bucket: "b", prefix: "p/", transformation: "COMPACT", outputType: "JSON" } as const;
  const first = resultsOf(request, store, ARN);
  await first.add(record(0, "0"));
  await first.finish(ARN);
  // The first redrive was killed before it wrote its manifest.
  const second = resultsOf(request, store, ARN, 2);
  await second.check?.();
  await second.add({ ...record(0, "0"), kept: true, endedIn: 0 });
  await second.add({ ...record(1, "1"), kept: true, endedIn: 1 });
  await second.add(record(2, "2"));
  await second.finish(ARN);
  const { body } = await store.get("b", "p/id/Redrive-2/SUCCEEDED_0.json");
  expect((await buffer(body)).toString()).toBe("[1,2]");
});

test("results for a store that drops them are not made, and the state gives what it would", async () => {
  const request = { bucket: "b", prefix: "p/", transformation: "COMPACT", outputType: "JSON" } as const;
  const untouched = () => expect.fail("nothing was to be written");
  const dropping = { ...discardStore(), put: untouched, get: untouched, head: untouched };
  const [dropped, written] = [dropping, memoryStore({ b: {} })].map((store) => resultsOf(request, store, ARN));
  for (const results of [dropped, written]) {
    await results?.check?.();
    await results?.add(record(0, "1"));
  }
  expect(dropped?.wantsPending).toBe(written?.wantsPending);
  expect((await dropped?.finish(ARN))?.result.text).toBe((await written?.finish(ARN))?.result.text);
  await dropped?.abort();
});
