import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { FolderLock } from "../../../lib/local/record/folder-lock.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "fanout-lock-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

it("names the process that has the folder, and is gone when it is given back", () => {
  const lock = FolderLock.take(folder);
  expect(readFileSync(join(folder, "lock"), "utf8")).toBe(String(process.pid));
  lock.release();
  expect(existsSync(join(folder, "lock"))).toBe(false);
});

it("refuses a folder in which another process is alive", () => {
  writeFileSync(join(folder, "lock"), String(process.ppid));
  expect(() => FolderLock.take(folder)).toThrow(`process ${process.ppid} is running in this folder`);
  expect(readFileSync(join(folder, "lock"), "utf8")).toBe(String(process.ppid));
});

it.each([
  ["of a process that is gone", "999999999"],
  ["that a process had no time to write", ""],
  ["of an earlier process with the same id", String(process.pid)],
])("takes over a lock %s", (_, content) => {
  writeFileSync(join(folder, "lock"), content);
  FolderLock.take(folder).release();
  expect(existsSync(join(folder, "lock"))).toBe(false);
});
