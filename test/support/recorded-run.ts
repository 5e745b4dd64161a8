import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Blocks } from "../../lib/adapters/journal/disk/blocks.js";
import { memoryStore } from "../../lib/adapters/store/memory.js";
import type { Application, StateMachineSource } from "../../lib/definition/application.js";
import { type JsonObject, JsonText } from "../../lib/json.js";
import { DataFolder } from "../../lib/local/record/data-folder.js";
import { RunRecord } from "../../lib/local/record/run-record.js";
import { LocalSession } from "../../lib/local/session.js";
import type { ObjectStore } from "../../lib/run/ports.js";
import type { RestoreMode } from "../../lib/run/restore.js";

const ARN = "arn:aws:states:us-east-1:000000000000:execution:machine:name";
const lambda = (name: string) => `arn:aws:lambda:us-east-1:000000000000:function:${name}`;

/** How many items a run has, and what they are. */
export const ITEMS = 12;
export const IDS: readonly number[] = Array.from({ length: ITEMS }, (_, id) => id);

/** Its functions give back what they are called with. */
export const application: Application = {
  stateMachines: [],
  functions: ["before", "one", "first", "second", "after"].map((name) => ({
    name,
    arn: lambda(name),
    code: { kind: "module", path: name },
    handler: "handler",
    environment: {},
    memoryMB: 128,
  })),
  buckets: [],
  account: "000000000000",
  region: "us-east-1",
};

export const source = (definition: JsonObject): StateMachineSource => ({
  name: "machine",
  arn: "arn:aws:states:us-east-1:000000000000:stateMachine:machine",
  type: "STANDARD",
  roleArn: "arn:aws:iam::000000000000:role/machine",
  definition,
  file: "machine.asl.json",
});

export const task = (name: string, rest: JsonObject): JsonObject => ({ Type: "Task", Resource: lambda(name), ...rest });
export const map = (executionType: string, states: JsonObject, rest: JsonObject): JsonObject => ({
  Type: "Map",
  ItemProcessor: {
    ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: executionType },
    StartAt: Object.keys(states)[0] as string,
    States: states,
  },
  ...rest,
});

/** A map run, with fields of its own, whose children are map runs themselves. */
export function nested(fields: JsonObject): StateMachineSource {
  const inner = map("EXPRESS", { Call: task("first", { End: true }) }, { ItemsPath: "$.pair", End: true });
  const make = { Type: "Pass", Parameters: { "pair.$": "States.Array($, $)" }, Next: "Inner" };
  const outer = map("STANDARD", { Make: make, Inner: inner }, { ...fields, End: true });
  return source({ StartAt: "Outer", States: { Outer: outer } });
}

export interface Told {
  readonly status: string;
  readonly output: string | undefined;
  readonly lines: readonly string[];
  /** Calls, by function and what it was called with. */
  readonly calls: readonly string[];
  readonly succeeded: number;
}

interface How {
  /** Default: a new one. */
  readonly store?: ObjectStore;
  readonly mode?: RestoreMode;
  readonly fails?: (call: string) => boolean;
  /** What happened is on the disk before a handler answers, so that the journal has many blocks. */
  readonly inPieces?: boolean;
}

/** Runs, goes on with, or redrives the run in a folder, to its end. */
export async function run(path: string, stateMachine: StateMachineSource, how: How = {}): Promise<Told> {
  const { store = memoryStore(), mode = "resume", fails = () => false, inPieces = false } = how;
  const data = DataFolder.open(path);
  const onFailure = (error: Error) => {
    throw error;
  };
  const record = await RunRecord.open(data, onFailure, mode);
  const lines: string[] = [];
  const calls: string[] = [];
  const handler = (name: string) => async (event: unknown) => {
    const call = `${name} ${JSON.stringify(event)}`;
    calls.push(call);
    await (inPieces ? record.flush() : new Promise(setImmediate));
    if (fails(call)) throw new RangeError(call);
    return event;
  };
  const session = new LocalSession({
    application,
    stateMachine,
    input: new JsonText(JSON.stringify(IDS)),
    stores: { out: store },
    backend: "event-loop",
    handlers: Object.fromEntries(application.functions.map(({ name }) => [name, handler(name)])),
    virtualTime: true,
    record,
    onOrderedLines: (line) => {
      lines.push(line);
    },
  });
  try {
    const { outcome, summary } = await session.run();
    await record.flush();
    const output = outcome.status === "SUCCEEDED" ? outcome.output.text : undefined;
    return { status: outcome.status, output, lines, calls, succeeded: summary.items.succeeded };
  } finally {
    await session.close();
    data.release();
  }
}

/** Folders of runs, and copies of them. */
export class RunFolders {
  readonly #root = mkdtempSync(join(tmpdir(), "fanout-recorded-"));
  #made = 0;

  /** A new folder in which a run can begin. */
  begin(): string {
    const path = this.#new();
    mkdirSync(path);
    DataFolder.begin(path, { directory: ".", command: {}, execution: ARN, definition: "" }).release();
    return path;
  }

  /** A copy of a folder with the first `size` bytes of the journal. */
  copyOf(path: string, size?: number): string {
    const copy = this.#new();
    cpSync(path, copy, { recursive: true });
    if (size !== undefined) truncateSync(join(copy, "journal"), size);
    return copy;
  }

  remove(): void {
    rmSync(this.#root, { recursive: true });
  }

  #new(): string {
    return join(this.#root, String(this.#made++));
  }
}

/** Bytes of a journal. */
export const sizeOf = (path: string): number => readFileSync(join(path, "journal")).length;

/** Where the blocks of a journal end. */
export function endsOf(path: string): readonly number[] {
  const blocks = new Blocks(join(path, "journal"));
  const ends: number[] = [];
  let offset = blocks.first ?? 0;
  for (let block = blocks.at(offset); block !== undefined; block = blocks.at(offset)) {
    offset += block.length;
    ends.push(offset);
  }
  blocks.close();
  return ends;
}
