import { isObject, type JsonObject } from "../json.js";
import type { StateFailure } from "./failure.js";

/** One entry of Retry. Defaults: 1 s, 3 attempts, rate 2, no cap, no jitter. */
export interface Retrier {
  readonly errors: readonly string[];
  readonly intervalSeconds: number;
  readonly maxAttempts: number;
  readonly backoffRate: number;
  readonly maxDelaySeconds: number;
  readonly fullJitter: boolean;
}

export function compileRetriers(retry: unknown): readonly Retrier[] {
  return Array.isArray(retry) ? retry.filter(isObject).map(compileRetrier) : [];
}

function compileRetrier(entry: JsonObject): Retrier {
  return {
    errors: Array.isArray(entry["ErrorEquals"]) ? entry["ErrorEquals"].map(String) : [],
    intervalSeconds: number(entry["IntervalSeconds"], 1),
    maxAttempts: number(entry["MaxAttempts"], 3),
    backoffRate: number(entry["BackoffRate"], 2),
    maxDelaySeconds: number(entry["MaxDelaySeconds"], Number.POSITIVE_INFINITY),
    fullJitter: entry["JitterStrategy"] === "FULL",
  };
}

function number(value: unknown, otherwise: number): number {
  return typeof value === "number" ? value : otherwise;
}

/**
 * Whether an ErrorEquals list takes a failure. States.ALL takes what can be taken at all; States.TaskFailed everything
 * but States.Timeout; a heartbeat that was missed is reported as States.Timeout, which its own name also takes.
 */
export function takes(errors: readonly string[], failure: StateFailure): boolean {
  if (failure.fatal) return false;
  for (const name of errors) {
    if (name === failure.error || name === failure.alias || name === "States.ALL") return true;
    if (name === "States.TaskFailed" && failure.error !== "States.Timeout") return true;
  }
  return false;
}

/**
 * Seconds to wait before retry `attempt` (1, 2, ...): interval x rate^(attempt - 1), capped, then, with full jitter,
 * a uniform part of it. `random` is drawn only for jitter.
 */
export function retryDelay(retrier: Retrier, attempt: number, random: () => number): number {
  const delay = Math.min(retrier.intervalSeconds * retrier.backoffRate ** (attempt - 1), retrier.maxDelaySeconds);
  return retrier.fullJitter ? delay * random() : delay;
}
