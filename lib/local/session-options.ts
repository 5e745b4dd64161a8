import type { EventLoopInvokerOptions } from "../adapters/invoke/event-loop.js";
import type { LocalInvoker } from "../adapters/invoke/options.js";
import type { Application, StateMachineSource } from "../definition/application.js";
import type { Location } from "../errors.js";
import type { JsonText } from "../json.js";
import type { ItemResult } from "./item-results.js";
import type { BucketOptions } from "./local-store.js";
import type { MockOption } from "./mocks.js";
import type { Overrides } from "./overrides.js";
import type { RunRecord } from "./record/run-record.js";

/** A run of a state machine on this machine. */
export interface SessionOptions extends BucketOptions {
  readonly application: Application;
  readonly stateMachine: StateMachineSource;
  readonly input: JsonText;
  /**
   * What runs the handlers: `threads`, one invocation at a time each, or `event-loop`, in this process, many at once.
   *
   * @default "threads"
   */
  readonly backend?: "threads" | "event-loop" | undefined;
  /** Threads, or handlers at once on the event loop. Default: one thread a core; 1,000 on the event loop. */
  readonly workers?: number | undefined;
  /** Handlers that are at hand, by function name; only for `event-loop`. */
  readonly handlers?: EventLoopInvokerOptions["handlers"];
  /**
   * What runs the handlers, where that has been made before: a `sessionInvoker` of these options. The session ends it.
   */
  readonly invoker?: LocalInvoker | undefined;
  readonly overrides?: Overrides | undefined;
  /** Waits and retry delays pass at once, and so do the time limits of tasks that wait for a token. Default: false. */
  readonly virtualTime?: boolean | undefined;
  /** Makes jitter, UUIDs and States.MathRandom the same at every run. */
  readonly seed?: number | string | undefined;
  /** Mocked responses that stand in for tasks. */
  readonly mock?: MockOption | undefined;
  /** Folder for what handlers write to the console. Default: `.fanout/logs`. */
  readonly logDirectory?: string | undefined;
  /** Called with every result as items end. */
  readonly onResult?: ((result: ItemResult, state: string | undefined) => void) | undefined;
  /**
   * Called with the results in item order, as lines of JSON without the last line break; a promise holds the run back.
   */
  readonly onOrderedLines?: ((lines: string) => void | Promise<void>) | undefined;
  /** Asked after each child; a promise holds the run back. */
  readonly hold?: (() => void | Promise<void>) | undefined;
  /** Keeps what happens on disk, histories of STANDARD children included, and goes on with what is there already. */
  readonly record?: RunRecord | undefined;
  /** One line for a person, with its place. */
  readonly onWarning?: ((message: string, place: Location) => void) | undefined;
}

/** Where a run stands. */
export interface Progress {
  /** Items that have ended, whichever way. */
  readonly done: number;
  readonly failed: number;
  readonly running: number;
  /** Undefined while items are still being read. */
  readonly total: number | undefined;
  /** What the total will be about, judged by the part of the items file that has been read, where that can be told. */
  readonly expected: number | undefined;
  readonly elapsedMs: number;
}
