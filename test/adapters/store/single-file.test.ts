import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { singleFileStore } from "../../../lib/adapters/store/single-file.js";
import { temporaryFolders } from "./temporary.js";

const temporary = temporaryFolders();

test("a file is the one object of any bucket", async () => {
  const path = join(temporary(), "data.jsonl");
  writeFileSync(path, "0123456789");
  const store = singleFileStore("items.jsonl", path);
  expect(await store.head("b", "items.jsonl")).toMatchObject({ key: "items.jsonl", size: 10 });
  let text = "";
  for await (const chunk of (await store.get("b", "items.jsonl", { start: 2, end: 4 })).body)
    text += Buffer.from(chunk);
  expect(text).toBe("23");
  const keys = [];
  for await (const { key } of store.list("b", "items")) keys.push(key);
  for await (const { key } of store.list("b", "other")) keys.push(key);
  expect(keys).toEqual(["items.jsonl"]);
});

test("another key, a missing file and a folder are no objects, and nothing can be put", async () => {
  const folder = temporary();
  mkdirSync(join(folder, "sub"));
  await expect(singleFileStore("k", join(folder, "none")).get("b", "k")).rejects.toMatchObject({ code: "NoSuchKey" });
  await expect(singleFileStore("k", join(folder, "sub")).get("b", "k")).rejects.toMatchObject({ code: "NoSuchKey" });
  await expect(singleFileStore("k", folder).head("b", "x")).rejects.toMatchObject({ code: "NoSuchKey" });
  await expect(singleFileStore("k", folder).put("b", "k")).rejects.toMatchObject({ code: "AccessDenied" });
});
