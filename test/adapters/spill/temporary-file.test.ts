import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { temporarySpill } from "../../../lib/adapters/spill/temporary-file.js";
import { SpillError } from "../../../lib/run/ports.js";
import { spillContract } from "../../contracts/spill.js";
import { MemorySpill } from "../../support/memory-spill.js";
import { smallDisk } from "../../support/small-disk.js";

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "fanout-spill-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

describe("temporarySpill", () => spillContract(() => temporarySpill()));

describe("a spill of tests", () => spillContract(() => new MemorySpill()));

test("a file has no name, so that nothing is left however the process ends", async (context) => {
  if (process.platform === "win32") context.skip("files that are open keep their names there");
  const folder = newFolder();
  const file = await temporarySpill(folder).open();
  await file.append(Buffer.from("abc"));
  expect(readdirSync(folder)).toEqual([]);
  await file.close();
});

test("nothing is left of a file that is closed", async () => {
  const folder = newFolder();
  const file = await temporarySpill(folder).open();
  await file.append(Buffer.from("abc"));
  await file.close();
  expect(readdirSync(folder)).toEqual([]);
});

test("a folder that is not there is named, with the reason", async () => {
  const folder = join(newFolder(), "missing");
  const error = await temporarySpill(folder)
    .open()
    .catch((error: unknown) => error);
  expect(error).toBeInstanceOf(SpillError);
  expect((error as SpillError).message).toMatch(
    /^Results that wait for a slower item cannot be kept in .*missing: ENOENT: no such file or directory/,
  );
});

test("a disk that is full is named, with the reason, and what was there before can be read", async (context) => {
  const folder = smallDisk(64, context);
  const file = await temporarySpill(folder).open();
  expect(await file.append(Buffer.alloc(32 * 1024, "x"))).toBe(0);
  await expect(file.append(Buffer.alloc(64 * 1024, "y"))).rejects.toThrow(
    `Results that wait for a slower item cannot be kept in ${folder}: ENOSPC: no space left on device, write`,
  );
  expect(Buffer.from(await file.read(0, 32 * 1024)).toString()).toBe("x".repeat(32 * 1024));
  await file.close();
  expect(readdirSync(folder)).toEqual([]);
});
