import { mkdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type ListCursor, listFolder } from "../../../lib/adapters/store/file-listing.js";
import { LevelCache } from "../../../lib/adapters/store/folder-level.js";
import { temporaryFolders } from "./temporary.js";

const temporary = temporaryFolders();

function folderOf(files: readonly string[]): string {
  const folder = temporary();
  for (const file of files) {
    mkdirSync(join(folder, file, ".."), { recursive: true });
    writeFileSync(join(folder, file), "");
  }
  return folder;
}

async function keys(folder: string, cursor?: ListCursor, cache?: LevelCache): Promise<string[]> {
  const found: string[] = [];
  for await (const { key } of listFolder(folder, "", cursor, cache)) found.push(key);
  return found;
}

test("a cursor begins a listing at any key, there or not, itself included", async () => {
  const all = ["a", "a!", "a/b", "a/c/d", "a0", "b/x", "c"];
  const folder = folderOf(all.filter((key) => key !== "a"));
  writeFileSync(join(folder, "a/%~="), "");
  expect(await keys(folder)).toEqual(all);
  for (const from of [...all, "", "a/", "a/b\0", "a/c", "a/c/e", "a1", "b", "b/y", "d"]) {
    expect(await keys(folder, { from }), from).toEqual(all.filter((key) => key >= from));
  }
});

test("a cursor that is moved while the listing goes on skips what is between", async () => {
  const folder = folderOf(["a/1", "a/2", "b/1", "b/2", "b/3", "c", "d"]);
  const cursor = { from: "" };
  const seen: string[] = [];
  for await (const { key } of listFolder(folder, "", cursor)) {
    seen.push(key);
    if (key === "a/1") cursor.from = "b/2";
    if (key === "b/3") cursor.from = "d";
  }
  expect(seen).toEqual(["a/1", "b/2", "b/3", "d"]);
});

test("a large folder that is kept in memory is read again when something has come or gone", async () => {
  const names = Array.from({ length: 1500 }, (_, index) => `k${String(index).padStart(4, "0")}`);
  const folder = folderOf(names);
  const long = new Date("2020-01-01");
  utimesSync(folder, long, long);
  const cache = new LevelCache();
  expect(await keys(folder, undefined, cache)).toEqual(names);
  expect(cache.find(join(folder), long.getTime())).toHaveLength(1500);
  expect(await keys(folder, { from: "k1498" }, cache)).toEqual(["k1498", "k1499"]);
  writeFileSync(join(folder, "k2000"), "");
  rmSync(join(folder, "k1499"));
  expect(await keys(folder, { from: "k1498" }, cache)).toEqual(["k1498", "k2000"]);
});

test("a folder that changes at this moment is not kept", async () => {
  const folder = folderOf(Array.from({ length: 1500 }, (_, index) => `k${index}`));
  const cache = new LevelCache();
  for (let round = 0; round < 20; round++) {
    expect(await keys(folder, undefined, cache)).toHaveLength(1500 + round);
    writeFileSync(join(folder, `n${round}`), "");
  }
});

test("only so much is kept", async () => {
  const cache = new LevelCache();
  const entries = Array.from({ length: 200_000 }, () => ({ path: "", key: "", isFolder: false }));
  for (const path of ["a", "b", "c"]) cache.keep(path, { entries, modified: 1 });
  expect(["a", "b", "c"].map((path) => cache.find(path, 1) !== undefined)).toEqual([false, true, true]);
});
