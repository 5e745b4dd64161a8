import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ResultFile } from "../../lib/local/result-file.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "fanout-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

test("a file appears under its name only when it is whole", async () => {
  const path = join(folder, "out.jsonl");
  const file = await ResultFile.create(path);
  await file.write("1");
  await file.write("2");
  expect(readdirSync(folder)).not.toContain("out.jsonl");
  await file.close();
  expect(readFileSync(path, "utf8")).toBe("1\n2\n");
  expect(readdirSync(folder)).toEqual(["out.jsonl"]);
});

test("a file that is given up leaves the one that was there, and nothing beside it", async () => {
  const path = join(folder, "out.jsonl");
  writeFileSync(path, "before");
  const file = await ResultFile.create(path);
  await file.write("x".repeat(1 << 20));
  await file.abort();
  expect(readFileSync(path, "utf8")).toBe("before");
  expect(readdirSync(folder)).toEqual(["out.jsonl"]);
});

test("nothing written makes an empty file", async () => {
  const path = join(folder, "out.jsonl");
  await (await ResultFile.create(path)).close();
  expect(readFileSync(path, "utf8")).toBe("");
});

test("many large lines keep their order, and a full queue asks for patience", async () => {
  const path = join(folder, "out.jsonl");
  const file = await ResultFile.create(path);
  let waits = 0;
  for (let index = 0; index < 40; index++) {
    const pending = file.write(`${index}:${"é".repeat(1 << 18)}`);
    if (pending !== undefined) waits += 1;
    if (index % 20 === 19) await pending;
  }
  await file.close();
  const lines = readFileSync(path, "utf8").trimEnd().split("\n");
  expect(lines.map((line) => Number.parseInt(line, 10))).toEqual(Array.from({ length: 40 }, (_, index) => index));
  expect(lines[39]).toHaveLength(3 + (1 << 18));
  expect(waits).toBeGreaterThan(0);
});

test("texts of any length and in any script come out as they were", async () => {
  const path = join(folder, "scripts.txt");
  const file = await ResultFile.create(path);
  let expected = "";
  for (let at = 0; at < 60; at++) {
    const line = "aé中😀".repeat((at * 977) % 20_000) + at;
    expected += `${line}\n`;
    await file.write(line);
    if (at % 7 !== 0) continue;
    const bytes = Buffer.from(`${at}\n`);
    expected += `${at}\n`;
    await file.append(bytes);
  }
  await file.close();
  expect(readFileSync(path, "utf8")).toBe(expected);
});

test("a folder that is not there is one clear line", async () => {
  await expect(ResultFile.create(join(folder, "none", "out.jsonl"))).rejects.toMatchObject({
    code: "FANOUT_OUTPUT_UNWRITABLE",
    message: expect.stringMatching(/out\.jsonl: results cannot be written: its folder does not exist/),
  });
});
