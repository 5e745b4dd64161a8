import { execFile, spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { JsonObject } from "../../lib/json.js";

const run = promisify(execFile);
const root = new URL("../..", import.meta.url);

/** Runs a command in an empty network namespace, where this machine lets us have one. */
const offline = spawnSync("unshare", ["-rn", "true"]).status === 0 ? ["unshare", "-rn"] : [];

describe("cdk synth of the example app", () => {
  let directory: string;
  let template: { readonly Resources: Readonly<Record<string, JsonObject>> };

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "fanout-synth-"));
    const program = new URL("node_modules/aws-cdk/bin/cdk", root).pathname;
    const command = [...offline, process.execPath, program, "synth", "--quiet", "--output", directory];
    await run(command[0] ?? "", command.slice(1), { cwd: root });
    template = JSON.parse(await readFile(join(directory, "FanoutExample.template.json"), "utf8"));
  });

  afterAll(() => rm(directory, { recursive: true, force: true }));

  const ofType = (type: string) => Object.values(template.Resources).filter(({ Type }) => Type === type);

  it("needs no network and finds nothing to warn of", async () => {
    const manifest = await readFile(join(directory, "manifest.json"), "utf8");
    expect(manifest).not.toContain("aws:cdk:warning");
    expect(manifest).not.toContain("aws:cdk:error");
  });

  it("gives the machine, its function, a bucket for the data and one for the results", () => {
    expect(ofType("AWS::StepFunctions::StateMachine")).toHaveLength(1);
    expect(ofType("AWS::Lambda::Function")).toHaveLength(1);
    expect(ofType("AWS::S3::Bucket")).toHaveLength(2);
  });

  it("bundles the task as an ES module with the task() wrapper in it", async () => {
    const [asset] = ofType("AWS::Lambda::Function").map(({ Metadata }) => (Metadata as JsonObject)["aws:asset:path"]);
    const bundle = await readFile(join(directory, asset as string, "index.mjs"), "utf8");
    expect(bundle).toContain("unprocessed");
    expect(bundle).not.toMatch(/from "fanout/);
  });
});
