// The whole command as in dispatch/fanout.mjs, with or without a journal on disk, of EXPRESS children or of STANDARD ones
// whose histories are kept there. Prints microseconds an item, the peak of resident memory in MB, and the bytes of the journal an item.
//   node fanout.mjs COUNT express|standard [data]
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { itemsFile } from "../dispatch/items.mjs";
import { run } from "../measure.mjs";

const [count = "1000000", kind = "express", data] = process.argv.slice(2);
const items = await itemsFile(Number(count));
const folder = mkdtempSync(join(tmpdir(), "fanout-bench-"));
const bin = fileURLToPath(new URL("../../dist/lib/cli/bin.js", import.meta.url));
const task = fileURLToPath(new URL("../dispatch/task.mjs", import.meta.url));

/** A task as `fanOut()` makes it. */
const INVOKE = {
  Type: "Task",
  Resource: "arn:aws:states:::lambda:invoke",
  Parameters: { FunctionName: `\${Task}`, "Payload.$": "$" },
  OutputPath: "$.Payload",
  Retry: [{ ErrorEquals: ["Lambda.ServiceException"], IntervalSeconds: 2, MaxAttempts: 6, JitterStrategy: "FULL" }],
  End: true,
};

/** A template with STANDARD children. */
function standard() {
  mkdirSync(join(folder, "in"));
  mkdirSync(join(folder, "task"));
  symlinkSync(items, join(folder, "in", "items.jsonl"));
  copyFileSync(task, join(folder, "task", "index.mjs"));
  const Definition = {
    StartAt: "Each",
    States: {
      Each: {
        Type: "Map",
        End: true,
        ItemReader: {
          Resource: "arn:aws:states:::s3:getObject",
          ReaderConfig: { InputType: "JSONL" },
          Parameters: { Bucket: "in", Key: "items.jsonl" },
        },
        ItemProcessor: {
          ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "STANDARD" },
          StartAt: "Invoke",
          States: { Invoke: INVOKE },
        },
        ResultPath: null,
        ResultWriter: {
          Resource: "arn:aws:states:::s3:putObject",
          Parameters: { Bucket: "out", Prefix: "results" },
          WriterConfig: { Transformation: "COMPACT", OutputType: "JSONL" },
        },
      },
    },
  };
  const Resources = {
    Machine: {
      Type: "AWS::Serverless::StateMachine",
      Properties: { Definition, DefinitionSubstitutions: { Task: { "Fn::GetAtt": ["Task", "Arn"] } } },
    },
    Task: {
      Type: "AWS::Serverless::Function",
      Properties: { CodeUri: "task", Handler: "index.handler", Runtime: "nodejs24.x", MemorySize: 1769 },
    },
  };
  writeFileSync(join(folder, "template.json"), JSON.stringify({ Transform: "AWS::Serverless-2016-10-31", Resources }));
  return ["template.json", "--s3", "in=in"];
}

const what = kind === "standard" ? standard() : ["--task", task, "--items", items];
const how = ["--workers", "2", "--out", join(folder, "results.jsonl"), "--progress", "none", "--quiet"];
const args = [bin, "run", ...what, ...how, ...(data === undefined ? [] : ["--data", "data"])];
try {
  const { seconds, peakMB } = await run(process.execPath, args, {
    cwd: folder,
    stdio: ["ignore", "ignore", "inherit"],
  });
  const micros = (value) => (value / Number(count)).toFixed(3);
  const size = data === undefined ? 0 : statSync(join(folder, "data", "journal")).size;
  console.log(micros(seconds * 1e6), peakMB?.toFixed(0) ?? "0", micros(size));
} finally {
  rmSync(folder, { recursive: true });
}
