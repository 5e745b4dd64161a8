import { isObject, type Json } from "../../json.js";
import {
  type Check,
  error,
  fields,
  inside,
  jsonataOnly,
  jsonPathOnly,
  literalOrPath,
  present,
  required,
  type Spot,
} from "./check.js";
import { jsonataTemplate, jsonPathTemplate, template, valuePath } from "./expressions.js";
import { expressionOr, integer, nonEmptyArrayOf, oneOf, string } from "./values.js";

/** Largest input of a child execution, in bytes. */
const MAX_INPUT_BYTES = 262_144;
/** Largest names of all columns together, in bytes. */
const MAX_HEADER_BYTES = 10_240;
const MAX_POINTER = 2000;

const READ = /^arn:[^:]*:states:[^:]*:[^:]*:s3:(getObject|listObjectsV2)$/;
const WRITE = /^arn:[^:]*:states:[^:]*:[^:]*:s3:putObject$/;

function resource(pattern: RegExp, allowed: string): Check {
  return (value, spot) => {
    if (typeof value === "string" && pattern.test(value)) return;
    error(spot, `The field 'Resource' should have one of these values: [${allowed}]`);
  };
}

const readerConfig = fields(
  {
    InputType: { check: oneOf("CSV", "JSON", "JSONL", "PARQUET", "MANIFEST") },
    Transformation: { check: oneOf("NONE", "LOAD_AND_FLATTEN") },
    ManifestType: { check: oneOf("ATHENA_DATA", "S3_INVENTORY") },
    CSVHeaderLocation: { check: oneOf("FIRST_ROW", "GIVEN") },
    CSVHeaders: { check: csvHeaders },
    CSVDelimiter: { check: oneOf("COMMA", "PIPE", "SEMICOLON", "SPACE", "TAB") },
    MaxItems: { check: integer(0) },
    MaxItemsPath: jsonPathOnly(valuePath),
    ItemsPointer: { check: expressionOr(itemsPointer) },
  },
  (value, spot) => {
    literalOrPath(value, "MaxItems", spot);
    const { InputType: type, ManifestType: manifest } = value;
    if (value.CSVHeaderLocation === "GIVEN" && value.CSVHeaders === undefined) {
      error(spot, "These fields are required: [CSVHeaders]");
    }
    if (type === "CSV" && manifest !== "ATHENA_DATA" && value.CSVHeaderLocation === undefined)
      error(spot, "These fields are required: [CSVHeaderLocation]");
    if (manifest === "S3_INVENTORY" && type !== undefined)
      error(spot, "InputType is not supported for ManifestType S3_INVENTORY");
    if (manifest === "ATHENA_DATA" && !["CSV", "JSONL", "PARQUET"].some((name) => name === type)) {
      error(spot, "ManifestType ATHENA_DATA needs InputType CSV, JSONL or PARQUET");
    }
    if (value.ItemsPointer !== undefined && type !== "JSON")
      error(spot, "ItemsPointer is only supported for InputType JSON");
  },
);

/** AWS documents the limit and not the finding: the bytes are those of the names alone, and the words our own. */
function csvHeaders(value: Json, spot: Spot): void {
  nonEmptyArrayOf(string)(value, spot);
  if (!Array.isArray(value)) return;
  const bytes = Buffer.byteLength(value.filter((name) => typeof name === "string").join(""));
  if (bytes > MAX_HEADER_BYTES) {
    error(spot, `CSV headers have at most ${MAX_HEADER_BYTES} bytes in all, got: ${bytes}`);
  }
}

function itemsPointer(value: Json, spot: Spot): void {
  const isPointer = typeof value === "string" && (value === "" || value.startsWith("/")) && value.length < MAX_POINTER;
  if (!isPointer) error(spot, "Value is not a JSON Pointer");
}

/** ItemReader of a distributed Map. */
export const itemReader = fields(
  {
    Resource: required(resource(READ, "arn:aws:states:::s3:getObject, arn:aws:states:::s3:listObjectsV2")),
    Parameters: { check: jsonPathTemplate, language: "JSONPath", required: true },
    Arguments: { check: jsonataTemplate, language: "JSONata", required: true },
    ReaderConfig: { check: readerConfig },
  },
  (value, spot) => {
    const operation = typeof value.Resource === "string" ? READ.exec(value.Resource)?.[1] : undefined;
    const config = isObject(value.ReaderConfig) ? value.ReaderConfig : {};
    const at = spot.language === "JSONata" ? "Arguments" : "Parameters";
    if (operation !== undefined)
      need(value[at], operation === "getObject" ? ["Bucket", "Key"] : ["Bucket"], inside(spot, at));
    if (config.Transformation === "LOAD_AND_FLATTEN" && operation !== "listObjectsV2") {
      error(spot, "Transformation LOAD_AND_FLATTEN is only supported for s3:listObjectsV2");
    }
    if (config.Transformation === "LOAD_AND_FLATTEN" && config.InputType === undefined) {
      error(inside(spot, "ReaderConfig"), "These fields are required: [InputType]");
    }
    if (config.Transformation === "LOAD_AND_FLATTEN" && config.InputType === "MANIFEST") {
      error(
        inside(spot, "ReaderConfig"),
        "Transformation LOAD_AND_FLATTEN needs InputType CSV, JSON, JSONL or PARQUET",
      );
    }
  },
);

/** Members of Parameters or Arguments that must be there, in either spelling; an expression may hold anything. */
function need(value: Json | undefined, names: readonly string[], spot: Spot): void {
  if (!isObject(value)) return;
  const missing = names.filter((name) => present(value, [name, `${name}.$`]).length === 0);
  if (missing.length > 0) error(spot, `These fields are required: [${missing.join(", ")}]`);
}

const BATCH_LIMITS = ["MaxItemsPerBatch", "MaxItemsPerBatchPath", "MaxInputBytesPerBatch", "MaxInputBytesPerBatchPath"];

/** ItemBatcher of a distributed Map. */
export const itemBatcher = fields(
  {
    MaxItemsPerBatch: { check: integer(0) },
    MaxItemsPerBatchPath: jsonPathOnly(valuePath),
    MaxInputBytesPerBatch: { check: integer(0, MAX_INPUT_BYTES) },
    MaxInputBytesPerBatchPath: jsonPathOnly(valuePath),
    BatchInput: { check: template },
  },
  (value, spot) => {
    if (present(value, BATCH_LIMITS).length === 0)
      error(spot, `One of these fields is required: [${BATCH_LIMITS.join(", ")}]`);
    literalOrPath(value, "MaxItemsPerBatch", spot);
    literalOrPath(value, "MaxInputBytesPerBatch", spot);
  },
);

/** ResultWriter of a distributed Map: where to, in which form, or both. */
export const resultWriter = fields(
  {
    Resource: { check: resource(WRITE, "arn:aws:states:::s3:putObject") },
    Parameters: jsonPathOnly(jsonPathTemplate),
    Arguments: jsonataOnly(jsonataTemplate),
    WriterConfig: {
      check: fields({
        Transformation: { check: oneOf("NONE", "COMPACT", "FLATTEN") },
        OutputType: { check: oneOf("JSON", "JSONL") },
      }),
    },
  },
  (value, spot) => {
    const at = spot.language === "JSONata" ? "Arguments" : "Parameters";
    const [hasResource, hasTarget] = [Object.hasOwn(value, "Resource"), Object.hasOwn(value, at)];
    if (Object.keys(value).length === 0) error(spot, "Value cannot be empty");
    if (hasTarget && !hasResource) error(spot, "These fields are required: [Resource]");
    if (hasResource && !hasTarget) error(spot, `These fields are required: [${at}]`);
    need(value[at], ["Bucket"], inside(spot, at));
  },
);
