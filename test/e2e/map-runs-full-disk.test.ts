import { readdirSync } from "node:fs";
import { describe, expect, type TestContext, test } from "vitest";
import { fileStore } from "../../lib/adapters/store/files.js";
import { chain, Simulation } from "../support/simulate.js";
import { smallDisk } from "../support/small-disk.js";

const machine = chain({
  Map: {
    Type: "Map",
    ItemProcessor: {
      ...chain({ Same: { Type: "Pass" } }),
      ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "STANDARD" },
    },
    ResultWriter: { Resource: "arn:aws:states:::s3:putObject", Parameters: { Bucket: "out", Prefix: "p" } },
  },
});

const filesBelow = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());

async function fill(context: TestContext, kilobytes: number, items: readonly unknown[]): Promise<void> {
  const disk = smallDisk(kilobytes, context);
  const simulation = new Simulation({ store: fileStore({ root: disk }) });
  const { status, error, cause } = await simulation.run(machine, JSON.parse(JSON.stringify(items)));
  expect({ status, error }).toEqual({ status: "FAILED", error: "States.ResultWriterFailed" });
  expect(cause).toMatch(/^Failed to write the results\. ENOSPC: no space left on device, write$/);
  expect(simulation.ended).toHaveLength(items.length);
  expect(filesBelow(disk)).toEqual([]);
}

describe("a disk that fills up fails the execution in one line and keeps nothing of the results", () => {
  // On tmpfs a file takes whole pages of 4 KB.
  test("while the results are written", (context) => fill(context, 64, Array(300).fill("x".repeat(1000))));

  test("when only the manifest has no room any more", (context) => fill(context, 4, [1]));
});
