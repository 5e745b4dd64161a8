import type { ChecksumValue } from "../checksum.js";
import { writeCheck } from "../conditions.js";
import type { ObjectOperation } from "../context.js";
import { copyBytes, readCopySource, withSource } from "../copy.js";
import { S3Error } from "../errors.js";
import { algorithmNamed } from "../expected.js";
import { type GivenMetadata, isoDate, readMetadata } from "../object-headers.js";
import type { StoredObject } from "../objects.js";
import { sendXml } from "../reply.js";
import { header, type ObjectRequest } from "../request.js";
import { checksumElements } from "../result.js";

/** CopyObject. */
export const copyObject: ObjectOperation = async (context, request, response) => {
  const { bucket, key } = request;
  await context.buckets.need(bucket);
  checkChanges(request);
  const check = writeCheck(request);
  const copy = await withSource(context, request, async (source) => {
    const metadata = copiedMetadata(request, source);
    const draft = await context.objects.begin(bucket, key);
    try {
      const whole = { start: 0, end: source.size };
      const { md5, checksum } = await copyBytes(source, whole, draft, algorithmOf(request, source));
      const kept: ChecksumValue | undefined = checksum && { ...checksum, type: "FULL_OBJECT" };
      return await draft.commit({ ...metadata, etag: md5.toString("hex"), checksum: kept }, check);
    } catch (error) {
      await draft.abort();
      throw error;
    }
  });
  sendXml(
    response,
    "CopyObjectResult",
    { LastModified: isoDate(copy.modified), ETag: `"${copy.etag}"`, ...checksumElements(copy.checksum) },
    { "x-amz-server-side-encryption": "AES256" },
  );
};

/** An object can be copied onto itself only to change what is known of it. */
function checkChanges(request: ObjectRequest): void {
  const { bucket, key } = readCopySource(request);
  if (bucket !== request.bucket || key !== request.key || isReplaced(request, "x-amz-metadata-directive")) return;
  const changes = ["x-amz-storage-class", "x-amz-website-redirect-location", "x-amz-server-side-encryption"];
  if (changes.some((name) => header(request, name) !== undefined)) return;
  const message =
    "This copy request is illegal because it is trying to copy an object to itself without changing the object's " +
    "metadata, storage class, website redirect location or encryption attributes.";
  throw new S3Error("InvalidRequest", message);
}

function copiedMetadata(request: ObjectRequest, source: StoredObject): GivenMetadata {
  const given = readMetadata(request);
  const tags = isReplaced(request, "x-amz-tagging-directive") ? given.tags : source.tags;
  if (isReplaced(request, "x-amz-metadata-directive")) return { ...given, tags };
  // Storage class and redirect are of one object, not of what is copied.
  const { "x-amz-storage-class": _class, "x-amz-website-redirect-location": _redirect, ...headers } = source.headers;
  const own = Object.fromEntries(Object.entries(given.headers).filter(([name]) => name.startsWith("x-amz-")));
  return { headers: { ...headers, ...own }, user: source.user, tags };
}

function algorithmOf(request: ObjectRequest, source: StoredObject) {
  const name = header(request, "x-amz-checksum-algorithm");
  return name === undefined ? source.checksum?.algorithm : algorithmNamed(name, "x-amz-checksum-algorithm");
}

function isReplaced(request: ObjectRequest, name: string): boolean {
  const directive = header(request, name) ?? "COPY";
  if (directive === "REPLACE") return true;
  if (directive === "COPY") return false;
  throw new S3Error("InvalidArgument", `Unknown ${name.includes("tagging") ? "tagging" : "metadata"} directive.`, {
    ArgumentName: name,
    ArgumentValue: directive,
  });
}
