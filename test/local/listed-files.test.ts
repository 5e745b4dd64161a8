import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { listedFiles } from "../../lib/local/listed-files.js";
import { ObjectStoreError } from "../../lib/run/ports.js";

function folder(names: readonly string[]): string {
  const path = mkdtempSync(join(tmpdir(), "fanout-local-"));
  onTestFinished(() => rmSync(path, { recursive: true }));
  for (const name of names) writeFileSync(join(path, name), name);
  return path;
}

async function keys(paths: readonly string[], prefix = ""): Promise<string[]> {
  const found = [];
  for await (const { key } of listedFiles(paths).list("any", prefix)) found.push(key);
  return found;
}

test("files are listed in key order, their paths as keys", async () => {
  const base = folder(["b", "a-b", "a"]);
  const paths = ["b", "a", "a-b"].map((name) => join(base, name));
  expect(await keys(paths)).toEqual(["a", "a-b", "b"].map((name) => join(base, name)));
  expect(await keys(paths, join(base, "a-"))).toEqual([join(base, "a-b")]);
});

test("a file that is gone meanwhile is an error of the store", async () => {
  await expect(keys([join(folder([]), "none")])).rejects.toThrow(ObjectStoreError);
});
