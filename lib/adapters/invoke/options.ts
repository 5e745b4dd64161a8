import { FanoutError } from "../../errors.js";
import type { Invoker } from "../../run/ports.js";
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
}

/** An invoker that runs handlers on this machine. */
export interface LocalInvoker extends Invoker {
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
