import type { ItemError } from "./batch.js";

/** How an item of a fan-out ended. */
export type GatheredResult<Out = unknown, In = unknown> =
  | { readonly status: "succeeded"; readonly output: Out; readonly input?: In }
  | { readonly status: "failed"; readonly error: ItemError; readonly input?: In }
  /** Never begun: the invocation was about to time out, or the fan-out had failed. */
  | { readonly status: "unprocessed"; readonly input?: In };

type Fields = { readonly [name: string]: unknown };

/**
 * The results of the items of a child, from what a result file or the output of a Map says of it: a record of its execution,
 * its output, or an outcome of `task()`. A batch is taken apart where its output tells its items apart.
 *
 * @param isRecord Tells whether a record is one of the fan-out itself: a task may return what looks like one.
 */
export function gatheredOf(value: unknown, isRecord: (record: Fields) => boolean): readonly GatheredResult[] {
  if (isFields(value) && value["Status"] === "PENDING" && typeof value["Input"] === "string") {
    return inputsOf(value["Input"]).map((input) => ({ status: "unprocessed", input }));
  }
  if (isFields(value) && typeof value["ExecutionArn"] === "string" && isRecord(value)) return ofRecord(value);
  return ofOutput(value);
}

function ofRecord({ Status, Input, Output, Error: name, Cause }: Fields): readonly GatheredResult[] {
  const inputs = typeof Input === "string" ? inputsOf(Input) : [];
  if (Status !== "SUCCEEDED" || typeof Output !== "string") {
    const error = errorOf(name ?? Status, Cause);
    return (inputs.length === 0 ? [undefined] : inputs).map((input) => ({ status: "failed", error, ...named(input) }));
  }
  const output: unknown = JSON.parse(Output);
  const isBatch = typeof Input === "string" && batchOf(JSON.parse(Input)) !== undefined;
  if (!isBatch) return [{ status: "succeeded", output, ...named(inputs[0]) }];
  if (Array.isArray(output) && output.length === inputs.length) {
    return output.map((element, at) => ({ ...outcomeOf(element), ...named(inputs[at]) }));
  }
  return [{ status: "succeeded", output, input: JSON.parse(Input) as unknown }];
}

function ofOutput(output: unknown): readonly GatheredResult[] {
  if (Array.isArray(output) && output.length > 0 && output.every(isOutcome)) return output.map(outcomeOf);
  return [outcomeOf(output)];
}

function outcomeOf(value: unknown): GatheredResult {
  return isOutcome(value) ? value : { status: "succeeded", output: value };
}

/** Whether a value is an outcome of `task()`, and nothing else by chance. */
function isOutcome(value: unknown): value is GatheredResult {
  if (!isFields(value)) return false;
  const names = Object.keys(value).sort().join();
  const { status, error } = value;
  if (status === "failed") return names === "error,status" && isFields(error) && typeof error["message"] === "string";
  return (status === "succeeded" && names === "output,status") || (status === "unprocessed" && names === "status");
}

function inputsOf(text: string): readonly unknown[] {
  const input: unknown = JSON.parse(text);
  return batchOf(input) ?? [input];
}

function batchOf(input: unknown): readonly unknown[] | undefined {
  if (!isFields(input) || !Array.isArray(input["Items"])) return undefined;
  const isBatch = Object.keys(input).every((key) => key === "Items" || key === "BatchInput");
  return isBatch ? (input["Items"] as unknown[]) : undefined;
}

/** The error of an execution, its cause taken apart when it is the error document of a function. */
function errorOf(name: unknown, cause: unknown): ItemError {
  const error = { name: String(name), message: typeof cause === "string" ? cause : "", stack: "" };
  if (!error.message.startsWith("{")) return error;
  try {
    const { errorMessage, trace } = JSON.parse(error.message) as Fields;
    if (typeof errorMessage !== "string") return error;
    return { ...error, message: errorMessage, stack: Array.isArray(trace) ? trace.join("\n") : "" };
  } catch {
    return error;
  }
}

function named(input: unknown): { readonly input?: unknown } {
  return input === undefined ? {} : { input };
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
