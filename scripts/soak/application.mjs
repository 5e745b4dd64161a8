import { cpSync, createWriteStream, mkdirSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { fanOut } from "../../dist/lib/index.js";

/** Seconds after which a child gives up waiting for its function. */
const TIMEOUT_SECONDS = 1;

const FUNCTION = [new URL("task.mjs", import.meta.url), new URL("fate.mjs", import.meta.url)];

/**
 * Writes a template of the fan-out into a folder, beside a copy of its function: items are the lines of `items.jsonl` in
 * the bucket `in`, which are their numbers. What becomes of them is told to the function by its environment.
 */
export function writeApplication(folder, rates) {
  const definition = fanOut(
    {
      items: { from: "s3", bucket: "in", key: "items.jsonl", format: "JSONL" },
      taskTimeoutSeconds: TIMEOUT_SECONDS,
      retry: { attempts: 1, intervalSeconds: 1 },
      toleratedFailurePercentage: 5,
      results: { transformation: "COMPACT", format: "JSONL" },
    },
    { task: `\${Task}`, resultsBucket: "out" },
  );
  const Resources = {
    Soak: {
      Type: "AWS::Serverless::StateMachine",
      Properties: {
        Definition: definition,
        DefinitionSubstitutions: { Task: { "Fn::GetAtt": ["Task", "Arn"] } },
      },
    },
    Task: {
      Type: "AWS::Serverless::Function",
      Properties: {
        CodeUri: "function",
        Handler: "task.handler",
        Runtime: "nodejs24.x",
        MemorySize: 1769,
        Timeout: TIMEOUT_SECONDS,
        Environment: { Variables: { RATES: JSON.stringify(rates) } },
      },
    },
  };
  for (const file of FUNCTION) {
    const path = fileURLToPath(file);
    cpSync(path, join(folder, "function", basename(path)));
  }
  const template = { Transform: "AWS::Serverless-2016-10-31", Resources };
  writeFileSync(join(folder, "template.json"), JSON.stringify(template));
}

/** Writes the items, 0 and up, where the application has them. */
export async function writeItems(folder, count) {
  mkdirSync(join(folder, "in"));
  await pipeline(Readable.from(numberLines(count)), createWriteStream(join(folder, "in", "items.jsonl")));
}

function* numberLines(count) {
  const AT_ONCE = 10_000;
  for (let from = 0; from < count; from += AT_ONCE) {
    const numbers = Array.from({ length: Math.min(AT_ONCE, count - from) }, (_, at) => from + at);
    yield `${numbers.join("\n")}\n`;
  }
}
