import { FanoutError } from "../errors.js";
import { isObject, type Json } from "../json.js";
import { type ChildResult, childOfRecord, outcomeAlone } from "./result.js";

/** Where the output of an execution says that results are. */
export interface ResultReference {
  readonly bucket: string;
  readonly key: string;
}

/** What the output of an execution comes to: results, or where they are. */
export type InlineResults =
  | { readonly kind: "children"; readonly children: readonly ChildResult[] }
  | { readonly kind: "files"; readonly reference: ResultReference };

/**
 * Finds results in the output of an execution: an array (or JSON lines) as a Map without a bucket gives it, or the
 * ResultWriterDetails of one that has a bucket, wherever the state machine has put them. Throws FANOUT_RESULTS_INVALID.
 */
export function resultsInOutput(output: string, name: string): InlineResults {
  const value = parse(output, name);
  if (Array.isArray(value)) return { kind: "children", children: childrenOf(value) };
  if (typeof value === "string") return { kind: "children", children: childrenOf(linesOf(value, name)) };
  const found = [...referencesIn(value)];
  const [reference, ...others] = [...new Map(found.map((each) => [`${each.bucket}/${each.key}`, each])).values()];
  if (reference === undefined) throw invalid(name, "has no results: it is no array, and has no ResultWriterDetails");
  if (others.length === 0) return { kind: "files", reference };
  const uris = [reference, ...others].map(({ bucket, key }) => `s3://${bucket}/${key}`);
  throw new FanoutError("FANOUT_USAGE", `${name} has the results of several map runs, give one: ${uris.join(", ")}`);
}

function* referencesIn(value: Json): Generator<ResultReference, void, void> {
  if (typeof value !== "object" || value === null) return;
  if (isObject(value) && isObject(value["ResultWriterDetails"])) {
    const { Bucket: bucket, Key: key } = value["ResultWriterDetails"];
    if (typeof bucket === "string" && typeof key === "string") yield { bucket, key };
  }
  for (const member of Object.values(value) as Json[]) yield* referencesIn(member);
}

/** Children by the elements of a Map's result: outputs, or records, or outputs with records of what failed. */
function childrenOf(elements: readonly Json[]): readonly ChildResult[] {
  const records = elements.map(childOfRecord);
  const isNone = records.every((record) => record !== undefined);
  return elements.map((element, at) => {
    const record = records[at];
    if (record !== undefined && (isNone || record.status !== "SUCCEEDED")) return record;
    const text = JSON.stringify(element);
    return outcomeAlone(text) ?? { status: "SUCCEEDED", output: text };
  });
}

function linesOf(text: string, name: string): readonly Json[] {
  return text
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => parse(line, name));
}

function parse(text: string, name: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (cause) {
    throw invalid(name, "has no results: it is not JSON", cause);
  }
}

function invalid(name: string, message: string, cause?: unknown): FanoutError {
  return new FanoutError("FANOUT_RESULTS_INVALID", `${name} ${message}`, cause === undefined ? {} : { cause });
}
