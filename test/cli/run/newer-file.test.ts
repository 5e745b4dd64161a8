import { utimesSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { newerFile } from "../../../lib/cli/run/newer-file.js";
import { folderWith } from "../run-cli.js";

const FILES = [
  "app.ts",
  "lib/stack.ts",
  "node_modules/x/index.js",
  "dist/app.js",
  ".git/HEAD",
  ".fanout/s3/x",
  "out.jsonl",
];
const THEN = 1_000_000;

/** A folder whose files are all from one time, but for `changed`. */
function folder(changed?: string): string {
  const path = folderWith(Object.fromEntries(FILES.map((name) => [name, name])));
  for (const name of FILES) utimesSync(join(path, name), THEN, name === changed ? THEN + 60 : THEN);
  return path;
}

const find = (path: string) => newerFile(path, THEN * 1000, [join(path, "out.jsonl")])?.slice(path.length + 1);

test("nothing is newer", () => {
  expect(find(folder())).toBeUndefined();
});

test.each(["app.ts", join("lib", "stack.ts")])("%s is found", (name) => {
  expect(find(folder(name))).toBe(name);
});

test.each(FILES.slice(2))("%s is what is made, not what it is made from", (name) => {
  expect(find(folder(name))).toBeUndefined();
});
