import type { ChecksumValue } from "../checksum.js";
import type { BucketOperation, ObjectOperation } from "../context.js";
import { OWNER } from "../context.js";
import { S3Error } from "../errors.js";
import { algorithmNamed } from "../expected.js";
import { isoDate, readMetadata } from "../object-headers.js";
import { sendEmpty, sendXml } from "../reply.js";
import { header, type ObjectRequest, queryNumber } from "../request.js";
import { elementOf } from "../result.js";
import type { Upload } from "../uploads.js";
import { encoder } from "./list-objects.js";
import { findUpload } from "./upload-part.js";

/** Parts and uploads on a page, at most. */
const PAGE = 1000;

/** CreateMultipartUpload. */
export const createMultipartUpload: ObjectOperation = async ({ buckets, uploads }, request, response) => {
  const { bucket, key } = request;
  await buckets.need(bucket);
  const checksum = readChecksum(request);
  const upload = await uploads.create({ bucket, key, metadata: readMetadata(request), checksum });
  sendXml(
    response,
    "InitiateMultipartUploadResult",
    { Bucket: bucket, Key: key, UploadId: upload.id },
    {
      "x-amz-server-side-encryption": "AES256",
      "x-amz-checksum-algorithm": checksum?.algorithm,
      "x-amz-checksum-type": checksum?.type,
    },
  );
};

/** AbortMultipartUpload. */
export const abortMultipartUpload: ObjectOperation = async ({ buckets, uploads }, request, response) => {
  await buckets.need(request.bucket);
  const upload = await findUpload(uploads, request);
  await uploads.alone(upload, () => uploads.remove(upload));
  sendEmpty(response, 204);
};

/** ListParts. */
export const listParts: ObjectOperation = async ({ buckets, uploads }, request, response) => {
  const { bucket, key, query } = request;
  await buckets.need(bucket);
  const upload = await findUpload(uploads, request);
  const size = Math.min(queryNumber(query, "max-parts", PAGE), PAGE);
  const marker = queryNumber(query, "part-number-marker", 0);
  const left = (await uploads.parts(upload)).filter(({ number }) => number > marker);
  const parts = left.slice(0, size);
  sendXml(response, "ListPartsResult", {
    Bucket: bucket,
    Key: key,
    UploadId: upload.id,
    Initiator: OWNER,
    Owner: OWNER,
    StorageClass: storageClass(upload),
    PartNumberMarker: marker,
    NextPartNumberMarker: parts.at(-1)?.number ?? marker,
    MaxParts: size,
    IsTruncated: parts.length < left.length,
    ChecksumAlgorithm: upload.checksum?.algorithm,
    ChecksumType: upload.checksum?.type,
    Part: parts.map(({ number, modified, etag, size, checksum }) => ({
      PartNumber: number,
      LastModified: isoDate(modified),
      ETag: `"${etag}"`,
      Size: size,
      ...(checksum && { [elementOf(checksum.algorithm)]: checksum.value }),
    })),
  });
};

/** ListMultipartUploads. */
export const listMultipartUploads: BucketOperation = async ({ buckets, uploads }, request, response) => {
  const { bucket, query } = request;
  await buckets.need(bucket);
  const [prefix, delimiter] = [query.get("prefix") ?? "", query.get("delimiter") ?? ""];
  const [keyMarker, idMarker] = [query.get("key-marker") ?? "", query.get("upload-id-marker") ?? ""];
  const size = Math.min(queryNumber(query, "max-uploads", PAGE), PAGE);
  const encode = encoder(request);
  const wanted = (await uploads.list(bucket)).filter(({ key }) => key.startsWith(prefix));
  const left = groupByPrefix(behind(wanted, keyMarker, idMarker), prefix, delimiter, keyMarker);
  const page = left.slice(0, size);
  const last = page.at(-1);
  sendXml(response, "ListMultipartUploadsResult", {
    Bucket: bucket,
    KeyMarker: encode(keyMarker),
    UploadIdMarker: idMarker,
    NextKeyMarker: last && encode(typeof last === "string" ? last : last.key),
    NextUploadIdMarker: typeof last === "object" ? last.id : undefined,
    Prefix: encode(prefix),
    Delimiter: delimiter === "" ? undefined : encode(delimiter),
    EncodingType: query.get("encoding-type") ?? undefined,
    MaxUploads: size,
    IsTruncated: page.length < left.length,
    Upload: page.flatMap((upload) => (typeof upload === "string" ? [] : [uploadElement(upload, encode)])),
    CommonPrefixes: page.flatMap((prefix) => (typeof prefix === "string" ? [{ Prefix: encode(prefix) }] : [])),
  });
};

function uploadElement(upload: Upload, encode: (text: string) => string) {
  return {
    Key: encode(upload.key),
    UploadId: upload.id,
    Initiator: OWNER,
    Owner: OWNER,
    StorageClass: storageClass(upload),
    Initiated: isoDate(upload.initiated),
    ChecksumAlgorithm: upload.checksum?.algorithm,
    ChecksumType: upload.checksum?.type,
  };
}

/** The uploads that come after the markers. */
function behind(uploads: readonly Upload[], keyMarker: string, idMarker: string): readonly Upload[] {
  if (keyMarker === "") return uploads;
  const marked = idMarker === "" ? -1 : uploads.findIndex(({ key, id }) => key === keyMarker && id === idMarker);
  if (marked >= 0) return uploads.slice(marked + 1);
  return uploads.filter(({ key }) => Buffer.compare(Buffer.from(key), Buffer.from(keyMarker)) > 0);
}

/** Puts one text in the place of all keys that begin alike up to the delimiter; not again for the one of the marker. */
function groupByPrefix(
  uploads: readonly Upload[],
  prefix: string,
  delimiter: string,
  marker: string,
): (Upload | string)[] {
  if (delimiter === "") return [...uploads];
  const grouped: (Upload | string)[] = [];
  for (const upload of uploads) {
    const end = upload.key.indexOf(delimiter, prefix.length);
    const common = end < 0 ? upload : upload.key.slice(0, end + delimiter.length);
    if (common !== grouped.at(-1) && common !== marker) grouped.push(common);
  }
  return grouped;
}

function storageClass({ metadata }: Upload): string {
  return metadata.headers["x-amz-storage-class"] ?? "STANDARD";
}

/** What checksum the whole object is to have. Those of SHA can be made of the parts' only, CRC64NVME of all bytes only. */
function readChecksum(request: ObjectRequest): Pick<ChecksumValue, "algorithm" | "type"> | undefined {
  const name = header(request, "x-amz-checksum-algorithm");
  const wanted = header(request, "x-amz-checksum-type");
  if (name === undefined) {
    if (wanted === undefined) return undefined;
    throw new S3Error(
      "InvalidRequest",
      "The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.",
    );
  }
  const algorithm = algorithmNamed(name, "x-amz-checksum-algorithm");
  const type = wanted ?? (algorithm === "CRC64NVME" ? "FULL_OBJECT" : "COMPOSITE");
  if (type !== "FULL_OBJECT" && type !== "COMPOSITE") {
    throw new S3Error("InvalidRequest", "Value for x-amz-checksum-type header is invalid.");
  }
  const impossible = type === "COMPOSITE" ? algorithm === "CRC64NVME" : !algorithm.startsWith("CRC");
  if (!impossible) return { algorithm, type };
  const message = `The ${type} checksum type cannot be used with the ${algorithm.toLowerCase()} checksum algorithm.`;
  throw new S3Error("InvalidRequest", message);
}
