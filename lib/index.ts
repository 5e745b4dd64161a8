export { type LocalEndpoint, localEndpoint } from "./aws/local-endpoint.js";
export {
  type FailedResult,
  type ResultsOptions,
  type RunResult,
  type RunResults,
  results,
  type SucceededResult,
} from "./aws/results.js";
export type {
  BatchOptions,
  FanOutOptions,
  FanOutRefs,
  GatherEvent,
  ItemRetryOptions,
  ItemsOptions,
  RecordFormat,
  ResultFilesOptions,
  RetryOptions,
} from "./definition/fan-out.js";
export { fanOut } from "./definition/fan-out.js";
export { type ErrorCode, FanoutError, type Location } from "./errors.js";
export type { Json, JsonObject } from "./json.js";
export type { ItemFailure, ItemStatus } from "./local/item-results.js";
export type { Progress } from "./local/session-options.js";
export type { FailureGroup, RunSummary } from "./local/summary.js";
export { type LocalRun, type Outcome, type RunLocalOptions, runLocal } from "./local.js";
