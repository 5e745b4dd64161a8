// The whole command with --virtual-time, from its start to its end: 10,000 items from a JSONL file, for each of them a
// child that waits an hour, and a task that succeeds at its second retry. Prints seconds, and those of `node -e 0`.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { run } from "../measure.mjs";

const ITEMS = 10_000;
const folder = mkdtempSync(join(tmpdir(), "fanout-bench-"));
const bin = fileURLToPath(new URL("../../dist/lib/cli/bin.js", import.meta.url));

const child = {
  ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "STANDARD" },
  StartAt: "Hour",
  States: {
    Hour: { Type: "Wait", Seconds: 3600, Next: "Try" },
    Try: {
      Type: "Task",
      Resource: `\${Task}`,
      Parameters: { "id.$": "$.id", "retries.$": "$$.State.RetryCount" },
      Retry: [{ ErrorEquals: ["States.TaskFailed"], IntervalSeconds: 60, MaxAttempts: 2 }],
      End: true,
    },
  },
};
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
      ItemProcessor: child,
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

try {
  mkdirSync(join(folder, "in"));
  mkdirSync(join(folder, "task"));
  writeFileSync(join(folder, "in", "items.jsonl"), Array.from({ length: ITEMS }, (_, id) => `{"id":${id}}\n`).join(""));
  writeFileSync(join(folder, "task", "index.mjs"), readFileSync(new URL("./task.mjs", import.meta.url)));
  writeFileSync(join(folder, "template.json"), JSON.stringify({ Transform: "AWS::Serverless-2016-10-31", Resources }));
  const how = ["--s3", "in=in", "--workers", "2", "--out", "results.jsonl", "--progress", "none", "--quiet"];
  const { seconds: bare } = await run(process.execPath, ["-e", "0"]);
  const { seconds } = await run(process.execPath, [bin, "run", "template.json", "--virtual-time", ...how], {
    cwd: folder,
  });
  const results = readFileSync(join(folder, "results.jsonl"), "utf8").trimEnd().split("\n");
  if (results.length !== ITEMS) throw new Error(`${results.length} results`);
  console.log(seconds.toFixed(3), bare.toFixed(3));
} finally {
  rmSync(folder, { recursive: true });
}
