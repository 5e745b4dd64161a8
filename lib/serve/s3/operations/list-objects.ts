import type { ListCursor } from "../../../adapters/store/file-listing.js";
import { type BucketOperation, OWNER, type S3Context } from "../context.js";
import { S3Error } from "../errors.js";
import { isoDate } from "../object-headers.js";
import type { StoredObject } from "../objects.js";
import { keyAfter, keyBeyond, type PageRequest, takePage } from "../paging.js";
import { sendXml } from "../reply.js";
import { type BucketRequest, queryNumber } from "../request.js";
import type { Xml } from "../xml.js";

/** Keys on a page, at most. */
const PAGE = 1000;

/** ListObjectsV2. */
export const listObjectsV2: BucketOperation = async (context, request, response) => {
  const { bucket, query } = request;
  const token = query.get("continuation-token");
  const startAfter = query.get("start-after") ?? "";
  const wanted = readPageRequest(request, token === null ? after(startAfter) : readToken(token));
  const page = await readPage(context, request, wanted);
  const encode = encoder(request);
  const owner = query.get("fetch-owner") === "true";
  sendXml(response, "ListBucketResult", {
    Name: bucket,
    Prefix: encode(wanted.prefix),
    Delimiter: wanted.delimiter === "" ? undefined : encode(wanted.delimiter),
    MaxKeys: wanted.size,
    EncodingType: query.get("encoding-type") ?? undefined,
    KeyCount: page.objects.length + page.prefixes.length,
    IsTruncated: page.next !== undefined,
    ContinuationToken: token ?? undefined,
    NextContinuationToken: page.next === undefined ? undefined : writeToken(page.next),
    StartAfter: startAfter === "" ? undefined : encode(startAfter),
    Contents: page.objects.map((object) => contents(object, encode, owner)),
    CommonPrefixes: page.prefixes.map((prefix) => ({ Prefix: encode(prefix) })),
  });
};

/** ListObjects, the first version. */
export const listObjectsV1: BucketOperation = async (context, request, response) => {
  const { bucket, query } = request;
  const marker = query.get("marker") ?? "";
  const { delimiter } = readPageRequest(request, "");
  // A marker that is a common prefix stands for all keys that begin with it.
  const isPrefix = delimiter !== "" && marker.endsWith(delimiter);
  const wanted = readPageRequest(request, isPrefix ? (keyBeyond(marker) ?? after(marker)) : after(marker));
  const page = await readPage(context, request, wanted);
  const encode = encoder(request);
  sendXml(response, "ListBucketResult", {
    Name: bucket,
    Prefix: encode(wanted.prefix),
    Marker: encode(marker),
    NextMarker: page.next !== undefined && delimiter !== "" && page.last !== undefined ? encode(page.last) : undefined,
    Delimiter: delimiter === "" ? undefined : encode(delimiter),
    MaxKeys: wanted.size,
    EncodingType: query.get("encoding-type") ?? undefined,
    IsTruncated: page.next !== undefined,
    Contents: page.objects.map((object) => contents(object, encode, true)),
    CommonPrefixes: page.prefixes.map((prefix) => ({ Prefix: encode(prefix) })),
  });
};

function readPageRequest({ query }: BucketRequest, from: string): PageRequest {
  return {
    prefix: query.get("prefix") ?? "",
    delimiter: query.get("delimiter") ?? "",
    size: Math.min(queryNumber(query, "max-keys", PAGE), PAGE),
    from,
  };
}

async function readPage({ objects }: S3Context, { bucket }: BucketRequest, wanted: PageRequest) {
  const cursor: ListCursor = { from: wanted.from };
  const page = await takePage(objects.list(bucket, wanted.prefix, cursor), cursor, wanted);
  return { ...page, objects: await objects.describe(bucket, page.objects) };
}

function contents(object: StoredObject, encode: (text: string) => string, owner: boolean): Xml {
  const { key, modified, etag, checksum, size, headers } = object;
  return {
    Key: encode(key),
    LastModified: isoDate(modified),
    ETag: `"${etag}"`,
    ChecksumAlgorithm: checksum?.algorithm,
    ChecksumType: checksum?.type,
    Size: size,
    Owner: owner ? OWNER : undefined,
    StorageClass: headers["x-amz-storage-class"] ?? "STANDARD",
  };
}

/** How keys are written: as they are, or percent-encoded when `encoding-type=url` asks for that. */
export function encoder({ query }: BucketRequest): (text: string) => string {
  const type = query.get("encoding-type");
  if (type === null || type === "") return (text) => text;
  if (type === "url")
    return (text) =>
      encodeURIComponent(text)
        .replaceAll("%2F", "/")
        .replace(/[!'()]/g, escapeOne);
  throw new S3Error("InvalidArgument", "Invalid Encoding Method specified in Request", {
    ArgumentName: "encoding-type",
    ArgumentValue: type,
  });
}

function escapeOne(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}

/** The first key after a marker; the first of all when there is none. */
function after(marker: string): string {
  return marker === "" ? "" : keyAfter(marker);
}

/** A token holds the first key of the next page, in letters that survive every header and address. */
function writeToken(from: string): string {
  return `1-${Buffer.from(from).toString("base64url")}`;
}

function readToken(token: string): string {
  const key = Buffer.from(token.slice(2), "base64url").toString("utf8");
  if (key !== "" && writeToken(key) === token) return key;
  throw new S3Error("InvalidArgument", "The continuation token provided is incorrect", {
    ArgumentName: "continuation-token",
  });
}
