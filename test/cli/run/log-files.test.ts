import { utimesSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { filesSince } from "../../../lib/cli/run/log-files.js";
import { folderWith } from "../run-cli.js";

test("files written since then, by name", () => {
  const folder = folderWith({ "b.log": "", "a.log": "", "old.log": "" });
  utimesSync(join(folder, "old.log"), 100, 100);
  expect(filesSince(folder, 200_000)).toEqual([join(folder, "a.log"), join(folder, "b.log")]);
});

test("no folder, no files", () => {
  expect(filesSince(join(folderWith({}), "none"), 0)).toEqual([]);
});
