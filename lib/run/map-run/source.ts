import type { Json } from "../../json.js";
import type { MapRunRequest, ReaderRequest } from "../../machine/index.js";
import { type ItemChunk, ItemReaderError, type ItemSource } from "../items.js";
import type { ObjectStore } from "../ports.js";
import { type ReaderConfig, type ReaderOptions, readItems } from "../read/items-reader.js";
import { itemsOf } from "../read/state-data.js";

/** The items of a map run: those of the state's data, or what its ItemReader reads. */
export function sourceOf(
  request: MapRunRequest,
  store: ObjectStore,
  onWarning: NonNullable<ReaderOptions["onWarning"]>,
): ItemSource {
  if (request.reader === undefined) return itemsOf(request.items ?? []);
  const { parameters, maxItems = 0 } = request.reader;
  if (typeof parameters["Bucket"] !== "string") return unreadable("The ItemReader names no Bucket.");
  if (maxItems < 0) return unreadable("field MaxItems must be positive");
  return readItems(readerConfig(request.reader), store, { onWarning });
}

function readerConfig({ resource, parameters, config, maxItems }: ReaderRequest): ReaderConfig {
  const { Bucket: bucket, Key: key, Prefix: prefix, VersionId: versionId, ExpectedBucketOwner: owner } = parameters;
  return {
    resource,
    bucket: String(bucket),
    key: text(key),
    prefix: text(prefix),
    versionId: text(versionId),
    expectedBucketOwner: text(owner),
    inputType: text(config["InputType"]) as ReaderConfig["inputType"],
    manifestType: text(config["ManifestType"]) as ReaderConfig["manifestType"],
    csvHeaderLocation: text(config["CSVHeaderLocation"]) as ReaderConfig["csvHeaderLocation"],
    csvHeaders: Array.isArray(config["CSVHeaders"]) ? config["CSVHeaders"].map(String) : undefined,
    csvDelimiter: text(config["CSVDelimiter"]) as ReaderConfig["csvDelimiter"],
    itemsPointer: text(config["ItemsPointer"]),
    transformation: text(config["Transformation"]) as ReaderConfig["transformation"],
    maxItems,
  };
}

// biome-ignore lint/correctness/useYield: it fails at the first chunk, where a reader fails.
async function* unreadable(why: string): AsyncGenerator<ItemChunk, void, void> {
  throw new ItemReaderError(why, "s3://");
}

function text(value: Json | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}
