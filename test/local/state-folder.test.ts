import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ignoreStateFolder } from "../../lib/local/state-folder.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "fanout-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

test("what runs leave behind is ignored by version control, and rules of one's own are kept", async () => {
  await ignoreStateFolder(folder);
  mkdirSync(join(folder, ".fanout"));
  await ignoreStateFolder(folder);
  expect(readFileSync(join(folder, ".fanout", ".gitignore"), "utf8")).toBe("*\n");
  writeFileSync(join(folder, ".fanout", ".gitignore"), "logs/\n");
  await ignoreStateFolder(folder);
  expect(readFileSync(join(folder, ".fanout", ".gitignore"), "utf8")).toBe("logs/\n");
});
