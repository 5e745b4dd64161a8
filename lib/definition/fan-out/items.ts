import type { Json, JsonObject } from "../../json.js";
import type {
  FanOutOptions,
  FromInput,
  ItemsFromAthena,
  ItemsFromFile,
  ItemsFromInventory,
  RecordFormat,
} from "./options.js";

/** The fields of the Map state that say where its items come from. */
export function itemsFields(options: FanOutOptions, partition: string): JsonObject {
  const { items, maxItems } = options;
  if (items.from === "input") return items.path === undefined ? {} : { ItemsPath: items.path };
  if (items.from !== "s3-listing") {
    return {
      ItemReader: {
        Resource: `arn:${partition}:states:::s3:getObject`,
        ReaderConfig: { ...objectFields(items), ...limit(maxItems) },
        Parameters: { ...parameter("Bucket", items.bucket), ...parameter("Key", items.key) },
      },
    };
  }
  const config = {
    ...(items.load === undefined ? {} : { Transformation: "LOAD_AND_FLATTEN", ...recordFields(items.load) }),
    ...limit(maxItems),
  };
  return {
    ItemReader: {
      Resource: `arn:${partition}:states:::s3:listObjectsV2`,
      ...(Object.keys(config).length === 0 ? {} : { ReaderConfig: config }),
      Parameters: {
        ...parameter("Bucket", items.bucket),
        ...(items.prefix === undefined ? {} : parameter("Prefix", items.prefix)),
      },
    },
  };
}

function objectFields(items: ItemsFromFile | ItemsFromInventory | ItemsFromAthena): JsonObject {
  switch (items.from) {
    case "s3":
      return recordFields(items);
    case "s3-inventory":
      return { ManifestType: "S3_INVENTORY" };
    case "athena-manifest":
      return { ManifestType: "ATHENA_DATA", ...recordFields(items) };
  }
}

function limit(maxItems: number | undefined): JsonObject {
  return maxItems === undefined ? {} : { MaxItems: maxItems };
}

function recordFields(record: RecordFormat): JsonObject {
  switch (record.format) {
    case "JSON":
      return { InputType: "JSON", ...(record.pointer === undefined ? {} : { ItemsPointer: record.pointer }) };
    case "JSONL":
    case "PARQUET":
      return { InputType: record.format };
    case "CSV":
      return {
        InputType: "CSV",
        ...csvHeaders(record.headers ?? "first-row"),
        ...(record.delimiter === undefined ? {} : { CSVDelimiter: record.delimiter }),
      };
  }
}

function csvHeaders(headers: "first-row" | readonly string[]): JsonObject {
  if (headers === "first-row") return { CSVHeaderLocation: "FIRST_ROW" };
  return { CSVHeaderLocation: "GIVEN", CSVHeaders: [...headers] };
}

/** A parameter as it is, or its `.$` form when each execution brings it along. */
function parameter(name: string, value: string | FromInput): { readonly [key: string]: Json } {
  return typeof value === "string" ? { [name]: value } : { [`${name}.$`]: value.path };
}
