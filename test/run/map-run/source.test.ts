import { expect, test } from "vitest";
import { memoryStore } from "../../../lib/adapters/store/memory.js";
import type { Json } from "../../../lib/json.js";
import type { MapRunRequest } from "../../../lib/machine/index.js";
import { sourceOf } from "../../../lib/run/map-run/source.js";
import { gather } from "../read/pieces.js";

const STORE = memoryStore({
  b: { "m.csv": "s3://b/1\n", "1": "x;y\n", i: '{"destinationBucket":"b","fileFormat":"ORC","files":[]}' },
});

function itemsOf(
  parameters: Record<string, Json>,
  config: Record<string, Json> = {},
  maxItems?: number,
): Promise<{ items: string[] }> {
  const reader = { resource: "getObject", parameters: { Bucket: "b", ...parameters }, config, maxItems };
  return gather(sourceOf({ reader, items: undefined } as unknown as MapRunRequest, STORE, () => {}));
}

test("every member of a ReaderConfig reaches the reader", async () => {
  const csv = { InputType: "CSV", CSVHeaderLocation: "GIVEN", CSVHeaders: ["a", "b"], CSVDelimiter: "SEMICOLON" };
  const { items } = await itemsOf({ Key: "m.csv" }, { ManifestType: "ATHENA_DATA", ...csv });
  expect(items).toEqual(['{"a":"x","b":"y"}']);
  await expect(itemsOf({ Key: "i" }, { InputType: "MANIFEST" })).rejects.toThrow("in ORC");
});

test.each([
  [{ VersionId: "v1" }, "The specified version does not exist"],
  [{ ExpectedBucketOwner: "111122223333" }, "Access Denied"],
])("%j is asked of the store", async (parameters, message) => {
  await expect(itemsOf({ Key: "1", ...parameters }, { InputType: "JSONL" })).rejects.toThrow(message);
});

test("a MaxItems below 0 is the reader's failure, in the words of AWS", async () => {
  await expect(itemsOf({ Key: "1" }, { InputType: "JSONL" }, -1)).rejects.toMatchObject({
    name: "ItemReaderError",
    message: "field MaxItems must be positive",
  });
  expect((await itemsOf({ Key: "m.csv" }, { InputType: "JSONL" }, 1)).items).toHaveLength(1);
});

test("a reader without a bucket cannot read", async () => {
  await expect(itemsOf({ Bucket: 1 })).rejects.toMatchObject({
    name: "ItemReaderError",
    message: "The ItemReader names no Bucket.",
  });
});
