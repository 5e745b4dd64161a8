import { checkRead } from "../conditions.js";
import type { ObjectOperation } from "../context.js";
import { S3Error } from "../errors.js";
import { httpDate } from "../object-headers.js";
import type { StoredObject } from "../objects.js";
import { receiveText } from "../receive.js";
import { sendEmpty, sendXml } from "../reply.js";
import { header } from "../request.js";
import { checksumElements, elementOf } from "../result.js";
import { parseTaggingDocument } from "../tags.js";
import type { Xml } from "../xml.js";
import { checkVersion } from "./get-object.js";

/** GetObjectTagging. */
export const getObjectTagging: ObjectOperation = async ({ objects }, request, response) => {
  checkVersion(request);
  const { tags = {} } = await objects.head(request.bucket, request.key);
  sendXml(response, "Tagging", {
    TagSet: { Tag: Object.entries(tags).map(([key, value]) => ({ Key: key, Value: value })) },
  });
};

/** PutObjectTagging. */
export const putObjectTagging: ObjectOperation = async ({ objects }, request, response) => {
  checkVersion(request);
  const tags = parseTaggingDocument(await receiveText(request));
  await objects.update(request.bucket, request.key, () => ({ tags }));
  sendEmpty(response, 200);
};

/** DeleteObjectTagging. */
export const deleteObjectTagging: ObjectOperation = async ({ objects }, request, response) => {
  checkVersion(request);
  await objects.update(request.bucket, request.key, () => ({ tags: undefined }));
  sendEmpty(response, 204);
};

/** GetObjectAttributes. */
export const getObjectAttributes: ObjectOperation = async ({ objects }, request, response) => {
  checkVersion(request);
  const wanted =
    header(request, "x-amz-object-attributes")
      ?.split(",")
      .map((name) => name.trim()) ?? [];
  if (wanted.length === 0) throw new S3Error("InvalidArgument", "The x-amz-object-attributes header is missing");
  const object = await objects.head(request.bucket, request.key);
  checkRead(request, object);
  const known = attributes(object);
  const unknown = wanted.find((name) => !Object.hasOwn(known, name));
  if (unknown !== undefined) throw new S3Error("InvalidArgument", `Invalid attribute name specified: ${unknown}`);
  const chosen = Object.fromEntries(wanted.map((name) => [name, known[name]]));
  sendXml(response, "GetObjectAttributesResponse", chosen, { "last-modified": httpDate(object.modified) });
};

function attributes({ etag, checksum, parts, size, headers }: StoredObject): Record<string, Xml> {
  const name = checksum && elementOf(checksum.algorithm);
  return {
    ETag: etag,
    Checksum: checksum && checksumElements(checksum),
    ObjectParts: parts && {
      PartsCount: parts.length,
      ...(checksum?.type === "COMPOSITE" && {
        Part: parts.map((part, index) => ({
          PartNumber: index + 1,
          Size: part.size,
          ...(name && { [name]: part.checksum }),
        })),
      }),
    },
    StorageClass: headers["x-amz-storage-class"] ?? "STANDARD",
    ObjectSize: size,
  };
}
