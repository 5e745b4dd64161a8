import { isPath, list, type Mistakes } from "./mistakes.js";
import type { FanOutOptions } from "./options.js";

/** Hard limit of Step Functions on the items that one map run reads. */
const MAX_ITEMS = 100_000_000;

/** Header names of a CSV file without a header may take so many bytes together. */
const MAX_HEADER_BYTES = 10_240;

const MAX_POINTER_LENGTH = 2_000;

const MEMBERS = {
  input: ["from", "path"],
  s3: ["from", "bucket", "key", "format", "pointer", "headers", "delimiter"],
  "s3-listing": ["from", "bucket", "prefix", "load"],
  "s3-inventory": ["from", "bucket", "key"],
  "athena-manifest": ["from", "bucket", "key", "format", "headers", "delimiter"],
};

const FORMATS = ["JSON", "JSONL", "CSV", "PARQUET"];

/** Notes what is wrong with `items` and `maxItems`. */
export function checkItems(mistakes: Mistakes, options: FanOutOptions): void {
  const { items, maxItems } = options as { items: unknown; maxItems: unknown };
  mistakes.integer("maxItems", maxItems, 1, MAX_ITEMS);
  if (items === undefined) return mistakes.add("items", "given, an object with from", items);
  if (!mistakes.record("items", items, "an object with from")) return;
  const { from } = items;
  if (typeof from !== "string" || !Object.hasOwn(MEMBERS, from)) {
    return mistakes.add("items.from", '"input", "s3", "s3-listing", "s3-inventory" or "athena-manifest"', from);
  }
  mistakes.members("items.", items, MEMBERS[from as keyof typeof MEMBERS]);
  if (from === "input") {
    mistakes.check("items.path", items.path, isPath, "a path such as $.items");
    if (maxItems !== undefined) mistakes.add("maxItems", "left out where the items come from the input", maxItems);
    return;
  }
  checkName(mistakes, "items.bucket", items.bucket, true);
  if (from !== "s3-listing") {
    checkName(mistakes, "items.key", items.key, true);
    if (from === "s3") checkRecordFormat(mistakes, "items", items, FORMATS);
    if (from === "athena-manifest") {
      checkRecordFormat(mistakes, "items", items, FORMATS.slice(1));
      const lacksHeaders = items.format === "CSV" && (items.headers === undefined || items.headers === "first-row");
      if (lacksHeaders)
        mistakes.add("items.headers", "a list, since CSV files of Athena have no headers", items.headers);
    }
  } else {
    checkName(mistakes, "items.prefix", items.prefix, false);
    if (mistakes.object("items.load", items.load, ["format", "pointer", "headers", "delimiter"])) {
      checkRecordFormat(mistakes, "items.load", items.load, FORMATS);
    }
  }
}

/** A name of something in S3, or where in the input of the execution it is. */
function checkName(mistakes: Mistakes, name: string, value: unknown, required: boolean): void {
  if (value === undefined && !required) return;
  const isName = (given: unknown) => (typeof given === "string" ? given !== "" : isFromInput(given));
  if (value === undefined) mistakes.add(name, "a name or { path }", value);
  else mistakes.check(name, value, isName, "a name or { path }, the path such as $.name");
}

function isFromInput(value: unknown): boolean {
  return typeof value === "object" && value !== null && "path" in value && isPath(value.path);
}

/** What only some formats have. */
const FORMAT_OF = { pointer: "JSON", headers: "CSV", delimiter: "CSV" } as const;

function checkRecordFormat(
  mistakes: Mistakes,
  name: string,
  record: Readonly<Record<string, unknown>>,
  formats: readonly string[],
): void {
  if (record.format === undefined) return mistakes.add(`${name}.format`, list(formats), undefined);
  if (!mistakes.oneOf(`${name}.format`, record.format, formats)) return;
  for (const [member, format] of Object.entries(FORMAT_OF)) {
    if (record[member] === undefined || record.format === format) continue;
    mistakes.add(`${name}.${member}`, `left out where the format is not ${format}`, record[member]);
  }
  mistakes.check(`${name}.pointer`, record.pointer, isPointer, "a JSON Pointer such as /data/items");
  mistakes.check(
    `${name}.headers`,
    record.headers,
    areHeaders,
    '"first-row" or a list of different names, at most 10 KiB together',
  );
  mistakes.oneOf(`${name}.delimiter`, record.delimiter, ["COMMA", "PIPE", "SEMICOLON", "SPACE", "TAB"]);
}

/** RFC 6901: empty, or reference tokens that each follow a slash; `~` only as `~0` and `~1`. */
function isPointer(value: unknown): boolean {
  return typeof value === "string" && value.length < MAX_POINTER_LENGTH && /^(\/([^/~]|~[01])*)*$/u.test(value);
}

function areHeaders(value: unknown): boolean {
  if (value === "first-row") return true;
  if (!Array.isArray(value) || value.length === 0 || !value.every((header) => typeof header === "string")) return false;
  return new Set(value).size === value.length && Buffer.byteLength(value.join("")) <= MAX_HEADER_BYTES;
}
