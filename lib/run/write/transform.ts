import type { ChildRecord } from "../items.js";
import { onOneLine, ValueScan } from "../read/value-scan.js";
import { formatRecord } from "./record.js";

/** `NONE`: execution records. `COMPACT`: outputs. `FLATTEN`: outputs, arrays among them spliced. */
export type Transformation = "NONE" | "COMPACT" | "FLATTEN";

/** `JSON`: one array on one line. `JSONL`: a line for each value. */
export type OutputType = "JSON" | "JSONL";

/**
 * The JSON texts that a record contributes to the results. Children that did not succeed have no output: they are
 * written as with NONE, whatever the transformation.
 */
export function transformRecord(record: ChildRecord, transformation: Transformation): readonly string[] {
  if (transformation === "NONE" || record.output === undefined) return [formatRecord(record)];
  const output = onOneLine(record.output);
  return transformation === "FLATTEN" ? elementsOf(output) : [output];
}

/** The elements of an array as slices of its text; any other value is its own only element. */
function elementsOf(text: string): readonly string[] {
  let at = skipBlank(text, 0);
  if (text[at] !== "[") return [text];
  const elements: string[] = [];
  const scan = new ValueScan();
  at = skipBlank(text, at + 1);
  while (text[at] !== "]") {
    scan.begin();
    const end = scan.run(text, at);
    if (end <= at) throw new SyntaxError("The output of a child execution is not valid JSON");
    elements.push(text.slice(at, end));
    at = skipBlank(text, end);
    if (text[at] === ",") at = skipBlank(text, at + 1);
  }
  return elements;
}

function skipBlank(text: string, from: number): number {
  let at = from;
  while (text.charCodeAt(at) <= 0x20) at++;
  return at;
}
