import { StateFailure, tooLarge } from "../../machine/index.js";
import { SpillError } from "../ports.js";

/** Why a map run fails. */
export interface Verdict {
  readonly error: string;
  readonly cause: string | undefined;
  /** True for what no Retry and no Catch may take. */
  readonly fatal?: boolean;
}

export const TOLERANCE_EXCEEDED: Verdict = {
  error: "States.ExceedToleratedFailureThreshold",
  cause: "The specified tolerated failure threshold was exceeded",
};

/** Items that could not be read, or whose selector failed. */
export function readerVerdict(error: unknown): Verdict {
  if (error instanceof StateFailure) return { error: error.error, cause: error.reason, fatal: error.fatal };
  return { error: "States.ItemReaderFailed", cause: messageOf(error) };
}

/** Results that cannot be written, or not be kept until they are. AWS has no name for the latter: it is no fault of the run. */
export function writerVerdict(error: unknown): Verdict {
  if (error instanceof SpillError) return { error: "States.Runtime", cause: error.message, fatal: true };
  return { error: "States.ResultWriterFailed", cause: messageOf(error) };
}

/** A result that the state called `stateName` may not return. */
export function tooLargeVerdict(stateName: string): Verdict {
  const { error, reason, fatal } = tooLarge(stateName, { fatal: true });
  return { error, cause: reason, fatal };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
