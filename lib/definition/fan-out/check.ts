import { checkItems } from "./check-items.js";
import { MAX_DELAY_SECONDS } from "./invoke.js";
import { type IsToken, isPath, isRecord, Mistakes } from "./mistakes.js";
import type { FanOutOptions, FanOutRefs } from "./options.js";

/** Hard limit of Step Functions on what goes into an execution, in bytes. */
const MAX_PAYLOAD = 262_144;

/** Hard limit of Step Functions on the length of an EXPRESS execution, in seconds. */
const MAX_EXPRESS_SECONDS = 300;

/** Hard limit of the language on attempts, intervals and timeouts. */
const MAX_SECONDS = 99_999_999;

const OPTIONS: readonly (keyof FanOutOptions)[] = [
  "items",
  "maxItems",
  "itemSelector",
  "batch",
  "batchInput",
  "maxConcurrency",
  "toleratedFailureCount",
  "toleratedFailurePercentage",
  "childType",
  "retry",
  "taskTimeoutSeconds",
  "itemRetry",
  "results",
  "label",
  "comment",
];

/** Every mistake in the options, one line each: the option's name, what is allowed, what was given. */
export function checkFanOut(options: FanOutOptions, refs: FanOutRefs, isToken: IsToken): readonly string[] {
  const mistakes = new Mistakes(isToken);
  mistakes.members("", options, OPTIONS);
  checkItems(mistakes, options);
  checkTemplate(mistakes, "itemSelector", options.itemSelector);
  checkBatch(mistakes, options);
  mistakes.integer("maxConcurrency", options.maxConcurrency, 0);
  mistakes.integer("toleratedFailureCount", options.toleratedFailureCount, 0);
  mistakes.number("toleratedFailurePercentage", options.toleratedFailurePercentage, 0, 100);
  mistakes.oneOf("childType", options.childType, ["EXPRESS", "STANDARD"]);
  checkTask(mistakes, options);
  checkResults(mistakes, options, refs);
  mistakes.check(
    "label",
    options.label,
    isLabel,
    '1 to 40 characters without blanks, ? * < > { } [ ] : ; , \\ | ^ ~ $ # % & ` or "',
  );
  mistakes.text("comment", options.comment);
  mistakes.requiredText("task", refs.task);
  mistakes.text("gather", refs.gather);
  return mistakes.lines;
}

function checkBatch(mistakes: Mistakes, { batch, batchInput, itemRetry }: FanOutOptions): void {
  if (mistakes.object("batch", batch, ["items", "bytes"])) {
    mistakes.integer("batch.items", batch.items, 1);
    mistakes.integer("batch.bytes", batch.bytes, 1, MAX_PAYLOAD);
    if (batch.items === undefined && batch.bytes === undefined) {
      mistakes.add("batch", "given items, bytes or both", batch);
    }
  }
  checkTemplate(mistakes, "batchInput", batchInput);
  if (batch !== undefined) return;
  if (batchInput !== undefined) mistakes.add("batchInput", "left out where there is no batch", batchInput);
  if (itemRetry !== undefined) {
    mistakes.add("itemRetry", "left out where there is no batch (retry.errors repeats a single item)", itemRetry);
  }
}

function checkTask(mistakes: Mistakes, { retry, itemRetry, taskTimeoutSeconds, childType }: FanOutOptions): void {
  if (childType === "STANDARD") mistakes.integer("taskTimeoutSeconds", taskTimeoutSeconds, 1, MAX_SECONDS);
  else mistakes.integer("taskTimeoutSeconds", taskTimeoutSeconds, 1, MAX_EXPRESS_SECONDS);
  const delays = ["attempts", "intervalSeconds", "backoffRate", "maxDelaySeconds"];
  if (mistakes.object("retry", retry, [...delays, "errors"])) {
    checkDelays(mistakes, "retry", retry);
    mistakes.check(
      "retry.errors",
      retry.errors,
      areErrorNames,
      "a list of error names (instead of States.ALL: States.TaskFailed and States.Timeout)",
    );
  }
  if (!mistakes.object("itemRetry", itemRetry, delays)) return;
  checkDelays(mistakes, "itemRetry", itemRetry);
  // These become part of an expression, where a token would not be resolved.
  for (const name of delays) mistakes.known(`itemRetry.${name}`, itemRetry[name]);
}

function checkDelays(mistakes: Mistakes, name: string, delays: Readonly<Record<string, unknown>>): void {
  mistakes.integer(`${name}.attempts`, delays.attempts, 0, MAX_SECONDS);
  mistakes.integer(`${name}.intervalSeconds`, delays.intervalSeconds, 1, MAX_SECONDS);
  mistakes.number(`${name}.backoffRate`, delays.backoffRate, 1);
  // A cap below the first wait would silently replace it.
  const least = Number.isInteger(delays.intervalSeconds) ? Math.max(1, delays.intervalSeconds as number) : 1;
  mistakes.integer(`${name}.maxDelaySeconds`, delays.maxDelaySeconds, least, MAX_DELAY_SECONDS);
}

function checkResults(mistakes: Mistakes, { results }: FanOutOptions, refs: FanOutRefs): void {
  if (results === "inline") return;
  if (typeof results === "string") return mistakes.add("results", '"inline" or an object', results);
  if (!mistakes.object("results", results, ["bucket", "prefix", "transformation", "format"])) return;
  if (results.bucket === undefined && refs.resultsBucket === undefined) {
    mistakes.add("results.bucket", "given, since there is no other bucket for results", undefined);
  }
  mistakes.text("results.bucket", results.bucket);
  mistakes.check(
    "results.prefix",
    results.prefix,
    isPrefix,
    "a string that neither begins nor ends with / and is not empty",
  );
  mistakes.oneOf("results.transformation", results.transformation, ["NONE", "COMPACT", "FLATTEN"]);
  mistakes.oneOf("results.format", results.format, ["JSON", "JSONL"]);
}

/** A payload template: an object, and each member whose name ends in `.$` is a path or an intrinsic function. */
function checkTemplate(mistakes: Mistakes, name: string, template: unknown): void {
  const isTemplate = mistakes.check(name, template, isRecord, "an object (a payload template in JSONPath)");
  if (isTemplate) checkPaths(mistakes, name, template);
}

function checkPaths(mistakes: Mistakes, name: string, template: unknown): void {
  if (typeof template !== "object" || template === null) return;
  for (const [key, value] of Object.entries(template)) {
    const member = `${name}.${key}`;
    if (key.endsWith(".$")) mistakes.check(member, value, isPathOrIntrinsic, "a path or an intrinsic function");
    else checkPaths(mistakes, member, value);
  }
}

function isPathOrIntrinsic(value: unknown): boolean {
  return isPath(value) || (typeof value === "string" && /^\$[\p{ID_Start}_]|^States\.\w+\(.*\)$/su.test(value));
}

function areErrorNames(value: unknown): boolean {
  return (
    Array.isArray(value) && value.every((name) => typeof name === "string" && name !== "" && name !== "States.ALL")
  );
}

function isPrefix(value: unknown): boolean {
  return typeof value === "string" && /^[^/](.*[^/])?$/su.test(value);
}

/** The characters that Step Functions refuses in a label. */
const FORBIDDEN_IN_LABEL = /[\s?*<>{}[\]:;,\\|^~$#%&`"\u0000-\u001f\u007f-\u009f]/u;

function isLabel(value: unknown): boolean {
  return typeof value === "string" && value.length >= 1 && value.length <= 40 && !FORBIDDEN_IN_LABEL.test(value);
}
