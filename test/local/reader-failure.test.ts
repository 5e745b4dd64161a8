import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, onTestFinished, test } from "vitest";
import { readerFailure } from "../../lib/local/reader-failure.js";
import { ItemReaderError } from "../../lib/run/items.js";
import { ObjectStoreError } from "../../lib/run/ports.js";

const SOURCE = "s3://fanout-items/n.jsonl";

function file(name: string, text: string | Uint8Array): string {
  const folder = mkdtempSync(join(tmpdir(), "fanout-local-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}

const notJson = (item: number) =>
  new ItemReaderError(`Item ${item} of ${SOURCE} is not valid JSON: ?`, SOURCE, { item });

test("a place that the reader knows is taken, with the name of the local file", async () => {
  const error = new ItemReaderError(`${SOURCE} is cut`, SOURCE, { line: 3, column: 7 });
  expect(await readerFailure(error, { name: "n.json", isFile: true })).toMatchObject({
    code: "FANOUT_ITEMS_INVALID",
    message: "n.json:3:7: n.json is cut",
    location: { file: "n.json", line: 3, column: 7 },
  });
});

test("the line of an item is counted, blank lines included", async () => {
  const name = file("n.jsonl", '1\r\n\r\n  \n2\n{"a" 1}\n');
  const { message, location } = await readerFailure(notJson(2), { name, isFile: true });
  expect(location).toMatchObject({ line: 5, column: 6 });
  expect(message).toContain('item 2 is not valid JSON: Expected ":" in JSON, got "1"');
});

test("it is found in a packed file, and where items before it are in other files", async () => {
  const name = file("n.jsonl.gz", gzipSync('1\n2\n{"a" 1}\n3\n'));
  const { message, location } = await readerFailure(notJson(70), { name, isFile: true });
  expect(location).toMatchObject({ line: 3, column: 6 });
  expect(message).toContain("item 70 is not valid JSON");
});

test("the mistake in a JSON document is looked up", async () => {
  const name = file("n.json", "[1,\n 2,\n tru]");
  expect((await readerFailure(notJson(2), { name, isFile: true })).location).toMatchObject({ line: 3, column: 2 });
});

test("what is no file has a name and no place", async () => {
  const { message, location } = await readerFailure(notJson(2), { name: "stdin", isFile: false });
  expect(message).toBe("stdin: Item 2 of stdin is not valid JSON: ?");
  expect(location).toEqual({ file: "stdin" });
});

test("a file that is gone when its line is looked for costs the place only", async () => {
  const { location } = await readerFailure(notJson(2), { name: "none.jsonl", isFile: true });
  expect(location).toEqual({ file: "none.jsonl" });
});

test.each(["NoSuchBucket", "NoSuchKey"] as const)("%s is a file that is not there", async (code) => {
  const error = new ItemReaderError("?", SOURCE, { cause: new ObjectStoreError(code, "?") });
  const own = await readerFailure(error, { name: "n.jsonl", isFile: true });
  expect(own).toMatchObject({
    code: "FANOUT_FILE_NOT_FOUND",
    message: "n.jsonl: items cannot be read: there is no such file",
  });
  const inBucket = await readerFailure(error, { name: "x/n.jsonl", isFile: true, bucket: "in" });
  expect(inBucket.message).toContain("(--s3 in=DIR names another folder for the bucket)");
});
