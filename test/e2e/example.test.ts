import { execFile } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import Papa from "papaparse";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadApplication } from "../../lib/definition/load.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
const { makeData } = (await import(new URL("../../scripts/make-data.mjs", import.meta.url).href)) as {
  makeData(): { readonly jsonl: string };
};

/** One place in so many is enough to tell two ways of running apart. */
const SAMPLE = 45;

describe("the example app", () => {
  const folder = mkdtempSync(join(tmpdir(), "fanout-example-"));
  const assembly = join(folder, "cdk.out");
  const lines = readFileSync(makeData().jsonl, "utf8")
    .split("\n")
    .filter((line, index) => line !== "" && index % SAMPLE === 0);
  let results: Record<string, readonly string[]>;

  /** Runs a script of the repository; rejects when it does not end well. */
  const node = (script: string, args: readonly string[], cwd: string, env: NodeJS.ProcessEnv = {}) =>
    promisify(execFile)(process.execPath, [join(root, script), ...args], { cwd, env: { ...process.env, ...env } });

  /** Runs `fanout` in the folder and gives its result lines. */
  const fanout = async (out: string, ...args: readonly string[]) => {
    await node("dist/lib/cli/bin.js", ["run", ...args, "--out", out], folder);
    return readFileSync(join(folder, out), "utf8").trimEnd().split("\n");
  };

  beforeAll(async () => {
    writeFileSync(join(folder, "cities.jsonl"), `${lines.join("\n")}\n`);
    writeFileSync(join(folder, "cities.csv"), Papa.unparse(lines.map((line) => JSON.parse(line) as object)));
    await node("dist/infra/app.js", [], root, { CDK_OUTDIR: assembly, CDK_VALIDATION: "false" });
    const bucket = loadApplication(assembly).buckets.find((name) => name.startsWith("data"));
    const objects = join(folder, ".fanout", "s3", String(bucket));
    mkdirSync(objects, { recursive: true });
    copyFileSync(join(folder, "cities.jsonl"), join(objects, "cities.jsonl"));

    const quick = ["--task", join(root, "functions", "nearest.ts"), "--batch", "100", "--items"];
    results = {
      jsonl: await fanout("jsonl.jsonl", ...quick, "cities.jsonl"),
      csv: await fanout("csv.jsonl", ...quick, "cities.csv"),
      cdk: await fanout("cdk.jsonl", "cdk.out"),
    };
  }, 120_000);

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test("has a result for every place, in the order of the places", () => {
    expect(lines.length).toBeGreaterThan(3_000);
    const found = results["jsonl"]?.map((line) => JSON.parse(line) as { index: number; output: { name: string } });
    expect(found?.map(({ index, output }) => [index, output.name])).toEqual(
      lines.map((line, index) => [index, (JSON.parse(line) as { name: string }).name]),
    );
  });

  test("gives the same results from the synthesised CDK app as without a template, item by item", () => {
    expect(results["cdk"]).toEqual(results["jsonl"]);
  });

  test("gives the same results from CSV as from JSON lines", () => {
    expect(results["csv"]).toEqual(results["jsonl"]);
  });
});
