import type { Json, JsonObject } from "../../json.js";
import type { ObjectStore } from "../../run/ports.js";
import { compareKeys } from "../store/key-order.js";
import { isoSeconds } from "./s3-time.js";

/** Most objects of one page. */
const MAX_KEYS = 1000;

/** ListObjectsV2: a page of objects, and of what they have in common up to a delimiter. */
export async function listObjects(store: ObjectStore, bucket: string, request: JsonObject): Promise<JsonObject> {
  const prefix = text(request["Prefix"]) ?? "";
  const delimiter = text(request["Delimiter"]);
  const asked = request["MaxKeys"];
  const maxKeys = Math.min(typeof asked === "number" ? asked : MAX_KEYS, MAX_KEYS);
  const token = text(request["ContinuationToken"]);
  const after = token === undefined ? text(request["StartAfter"]) : Buffer.from(token, "base64url").toString();
  const contents: JsonObject[] = [];
  const common = new Set<string>();
  let last = "";
  let more = false;
  for await (const { key, size, etag, lastModified } of store.list(bucket, prefix)) {
    const group = groupOf(key, prefix, delimiter);
    if (after !== undefined && compareKeys(group ?? key, after) <= 0) continue;
    if (group !== undefined && common.has(group)) continue;
    if (contents.length + common.size === maxKeys) {
      more = true;
      break;
    }
    last = group ?? key;
    if (group !== undefined) common.add(group);
    else
      contents.push({
        ETag: etag,
        Key: key,
        LastModified: isoSeconds(lastModified),
        Size: size,
        StorageClass: "STANDARD",
      });
  }
  return {
    ...(common.size === 0 ? {} : { CommonPrefixes: [...common].map((group) => ({ Prefix: group })) }),
    Contents: contents,
    ...(token === undefined ? {} : { ContinuationToken: token }),
    ...(delimiter === undefined ? {} : { Delimiter: delimiter }),
    IsTruncated: more,
    KeyCount: contents.length + common.size,
    MaxKeys: maxKeys,
    Name: bucket,
    ...(more ? { NextContinuationToken: Buffer.from(last).toString("base64url") } : {}),
    Prefix: prefix,
  };
}

/** What a key has in common with others: up to the first delimiter after the prefix. */
function groupOf(key: string, prefix: string, delimiter: string | undefined): string | undefined {
  if (delimiter === undefined || delimiter === "") return undefined;
  const at = key.indexOf(delimiter, prefix.length);
  return at === -1 ? undefined : key.slice(0, at + delimiter.length);
}

function text(value: Json | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}
