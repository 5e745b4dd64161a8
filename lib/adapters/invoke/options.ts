import type { FunctionDefinition } from "../../definition/application.js";
import { FanoutError } from "../../errors.js";
import type { Invocation, InvocationOutcome, Invoker } from "../../run/ports.js";
import type { FunctionTable } from "./functions.js";
import type { OnLog } from "./log.js";

/** What every invoker that runs handlers on this machine needs. */
export interface LocalInvokerOptions {
  readonly functions: FunctionTable;
  readonly region: string;
  /** 12 digits. */
  readonly account: string;
  /** Folder for what handlers write to the console: a file per function and worker. Absent: no files. */
  readonly logDirectory?: string | undefined;
  /** Called with every line that handlers write to the console. */
  readonly onLog?: OnLog | undefined;
  /**
   * Environment variables of every function, such as AWS_ENDPOINT_URL: over those of this process, under those of
   * the template and of Lambda. `undefined` takes a variable of this process away.
   */
  readonly environment?: Readonly<Record<string, string | undefined>> | undefined;
}

/** What a call took, as a REPORT line of Lambda's log tells it. */
export interface CallFigures {
  readonly durationMs: number;
  /** Time it took to load the handler; only with the first call of an environment. */
  readonly initMs?: number | undefined;
  /** Heap of the environment after the call, in bytes. */
  readonly memoryBytes: number;
}

/** A call with more to it than the port asks for. */
export interface LocalInvocation extends Invocation {
  /** Request id of the invocation, a UUID. Absent: the invoker makes one. */
  readonly requestId?: string | undefined;
  /** Takes the outcome in place of the invoker's `onOutcome`, so that calls of several callers can be mixed. */
  onOutcome?(outcome: InvocationOutcome): void;
  /** Called with every line that this very call writes to the console, before its outcome. Needs a `requestId`. */
  readonly onLog?: OnLog | undefined;
  /** Called before the outcome, unless the call ended in another way than by its handler. Goes with `onLog`. */
  onFigures?(figures: CallFigures): void;
}

/** An invoker that runs handlers on this machine. */
export interface LocalInvoker extends Invoker {
  invoke(invocation: LocalInvocation): void;
  /**
   * Drops a function that the table does not give any more: calls that have been taken are finished with it, then its
   * environments are ended. Resolves when that is done. Later calls run what the table gives for their name then.
   */
  forget(definition: FunctionDefinition): Promise<void>;
  /**
   * Loads a function ahead of its first call, where that call will find it loaded, and resolves when it can be called.
   * Rejects with a FanoutError that says what is wrong: FANOUT_TASK_NOT_FOUND, FANOUT_TASK_BROKEN or
   * FANOUT_FILE_NOT_FOUND.
   */
  probe(functionName: string): Promise<void>;
}

/** Gives `value` back; throws FANOUT_OPTION_INVALID unless it is an integer of at least 1. */
export function atLeastOne(option: string, value: number): number {
  if (Number.isInteger(value) && value >= 1) return value;
  throw new FanoutError("FANOUT_OPTION_INVALID", `${option} must be an integer of at least 1, got: ${value}`);
}
