import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { loadApplication } from "../../lib/definition/load.js";

const fixtures = join(import.meta.dirname, "fixtures");
afterEach(() => vi.unstubAllEnvs());

describe("a bare definition", () => {
  it("is a state machine named after its file", () => {
    const file = join(fixtures, "order.asl.json");
    expect(loadApplication(file, { region: "eu-west-1", account: "123456789012" })).toEqual({
      stateMachines: [
        {
          name: "order",
          arn: "arn:aws:states:eu-west-1:123456789012:stateMachine:order",
          type: "STANDARD",
          roleArn: "arn:aws:iam::123456789012:role/orderRole",
          definition: expect.objectContaining({ StartAt: "Price" }),
          file,
        },
      ],
      functions: [],
      buckets: [],
      region: "eu-west-1",
      account: "123456789012",
    });
  });

  it("may be YAML, in which the last of two equal keys wins", () => {
    const json = loadApplication(join(fixtures, "order.asl.json")).stateMachines[0];
    const yaml = loadApplication(join(fixtures, "order.asl.yaml")).stateMachines[0];
    expect(yaml).toMatchObject({ name: "order", definition: json?.definition });
  });
});

describe("a byte order mark", () => {
  it.each([".json", ".yaml"])("is no part of a %s file", (extension) => {
    const directory = mkdtempSync(join(tmpdir(), "fanout-bom-"));
    const file = join(directory, `order${extension}`);
    writeFileSync(file, '\uFEFF{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}');
    expect(loadApplication(file).stateMachines[0]?.definition).toHaveProperty("StartAt", "A");
    rmSync(directory, { recursive: true });
  });
});

describe("account and region", () => {
  const load = () => loadApplication(join(fixtures, "order.asl.json"));

  it("come from the environment, with defaults", () => {
    vi.stubEnv("AWS_REGION", "");
    vi.stubEnv("AWS_DEFAULT_REGION", "");
    expect(load()).toMatchObject({ region: "us-east-1", account: "000000000000" });
    vi.stubEnv("AWS_DEFAULT_REGION", "ap-south-1");
    expect(load().region).toBe("ap-south-1");
    vi.stubEnv("AWS_REGION", "cn-north-1");
    expect(load().stateMachines[0]?.arn).toBe("arn:aws-cn:states:cn-north-1:000000000000:stateMachine:order");
  });
});
