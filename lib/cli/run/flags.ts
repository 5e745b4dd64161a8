import { resolve } from "node:path";
import { FanoutError } from "../../errors.js";
import type { MockOption } from "../../local/mocks.js";

/** The flags of `fanout run`, their values checked one by one. */
export interface RunFlags {
  readonly app?: string;
  readonly stateMachine?: string;
  readonly input?: string;
  readonly task?: string;
  readonly handler?: string;
  readonly items?: string;
  readonly maxItems?: number;
  readonly batch?: number;
  readonly batchBytes?: number;
  readonly itemRetry?: number;
  /** `FILE#TESTCASE`, split. */
  readonly mock?: MockOption;
  /** Bucket -> folder. */
  readonly s3?: Readonly<Record<string, string>>;
  readonly workers?: number;
  readonly backend?: "threads" | "event-loop";
  readonly maxConcurrency?: number;
  readonly toleratedFailureCount?: number;
  readonly toleratedFailurePercentage?: number;
  readonly virtualTime?: boolean;
  readonly seed?: string;
  readonly region?: string;
  /** Folder of the journal, with which the run can be gone on with. */
  readonly data?: string;
  readonly out?: string;
  readonly json?: boolean;
  readonly progress: "auto" | "bar" | "plain" | "none";
  readonly quiet?: boolean;
  readonly verbose?: boolean;
}

const FLAG_NAMES = {
  app: "--app",
  stateMachine: "--state-machine",
  input: "--input",
  handler: "--handler",
  items: "--items",
  maxItems: "--max-items",
  batch: "--batch",
  batchBytes: "--batch-bytes",
  itemRetry: "--item-retry",
  s3: "--s3",
  mock: "--mock",
} as const;

type FlagName = keyof typeof FLAG_NAMES;

/** Flags that say what the definition says, where there is one. */
const IN_DEFINITION: readonly FlagName[] = ["maxItems", "batch", "batchBytes", "itemRetry"];
/** Flags of a task without a template. */
const QUICK_ONLY: readonly FlagName[] = ["items", "handler"];
/** Flags that mean nothing without a template. */
const TARGET_ONLY: readonly FlagName[] = ["app", "stateMachine", "input", "s3", "mock"];

/** Throws FANOUT_USAGE for flags that do not go together. */
export function checkFlags(target: string | undefined, flags: RunFlags): void {
  if (flags.data !== undefined && flags.items === "-") {
    throw usage("--data goes on with a run after its process has ended, but stdin cannot be read again: give a file");
  }
  const given = (names: readonly FlagName[]) => names.find((name) => flags[name] !== undefined);
  if (flags.quiet === true && flags.verbose === true) throw usage("--quiet and --verbose exclude each other");
  if (flags.task !== undefined) return checkQuickFlags(target, flags, given(TARGET_ONLY));
  const quick = given(QUICK_ONLY);
  if (quick !== undefined) throw usage(`${FLAG_NAMES[quick]} needs --task FILE`);
  const own = given(IN_DEFINITION);
  if (own !== undefined) {
    throw usage(`${FLAG_NAMES[own]} goes with --task only: here the definition of the state machine says it`);
  }
  if (target !== undefined && flags.app !== undefined) throw usage("give a target or --app, not both");
}

function checkQuickFlags(target: string | undefined, flags: RunFlags, foreign: FlagName | undefined): void {
  if (target !== undefined) throw usage(`--task runs without a template: leave out ${target}, or --task`);
  if (foreign !== undefined) throw usage(`${FLAG_NAMES[foreign]} does not go with --task, which has no template`);
  if (flags.items === undefined) throw usage("--task needs --items: a file, a glob, a JSON array, or - for stdin");
  if (flags.itemRetry !== undefined && flags.batch === undefined && flags.batchBytes === undefined) {
    throw usage("--item-retry needs --batch or --batch-bytes: it tries again the items of a batch that failed");
  }
  if (flags.out !== undefined && resolve(flags.out) === resolve(flags.items)) {
    throw usage(`--out ${flags.out} would write over the items`);
  }
}

export function usage(message: string): FanoutError {
  return new FanoutError("FANOUT_USAGE", message);
}
