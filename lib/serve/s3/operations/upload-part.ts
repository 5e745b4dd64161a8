import type { Algorithm } from "../checksum.js";
import { headerOf } from "../checksum.js";
import type { ObjectOperation } from "../context.js";
import { copyBytes, withSource } from "../copy.js";
import { S3Error } from "../errors.js";
import { readExpected } from "../expected.js";
import { isoDate } from "../object-headers.js";
import { type ByteRange, readRange } from "../range.js";
import { receiveBody } from "../receive.js";
import { sendEmpty, sendXml } from "../reply.js";
import { header, type ObjectRequest } from "../request.js";
import { elementOf } from "../result.js";
import type { Part, PartDraft, Upload, Uploads } from "../uploads.js";

/** UploadPart. */
export const uploadPart: ObjectOperation = async ({ buckets, uploads }, request, response) => {
  await buckets.need(request.bucket);
  const number = partNumber(request);
  const upload = await findUpload(uploads, request);
  checkAlgorithm(upload, readExpected(request).algorithm);
  const part = await takePart(uploads, upload, number, async (draft) => {
    const { size, md5, checksum } = await receiveBody(request, draft, upload.checksum?.algorithm);
    return { size, etag: md5, checksum };
  });
  sendEmpty(response, 200, {
    etag: `"${part.etag}"`,
    "x-amz-server-side-encryption": "AES256",
    ...(part.checksum && { [headerOf(part.checksum.algorithm)]: part.checksum.value }),
  });
};

/** UploadPartCopy. */
export const uploadPartCopy: ObjectOperation = async (context, request, response) => {
  const { uploads, buckets } = context;
  await buckets.need(request.bucket);
  const number = partNumber(request);
  const upload = await findUpload(uploads, request);
  const part = await withSource(context, request, (source) => {
    const range = copyRange(request, source.size);
    return takePart(uploads, upload, number, async (draft) => {
      const { md5, checksum } = await copyBytes(source, range, draft, upload.checksum?.algorithm);
      return { size: range.end - range.start, etag: md5.toString("hex"), checksum };
    });
  });
  sendXml(response, "CopyPartResult", {
    LastModified: isoDate(part.modified),
    ETag: `"${part.etag}"`,
    ...(part.checksum && { [elementOf(part.checksum.algorithm)]: part.checksum.value }),
  });
};

/** The upload that a request names. */
export function findUpload(uploads: Uploads, { bucket, key, query }: ObjectRequest): Promise<Upload> {
  return uploads.find(bucket, key, query.get("uploadId") ?? "");
}

async function takePart(
  uploads: Uploads,
  upload: Upload,
  number: number,
  fill: (draft: PartDraft) => Promise<Pick<Part, "size" | "etag" | "checksum">>,
): Promise<Part> {
  const draft = await uploads.begin(upload, number);
  try {
    return await draft.commit(await fill(draft));
  } catch (error) {
    await draft.abort();
    throw error;
  }
}

function partNumber({ query }: ObjectRequest): number {
  const text = query.get("partNumber") ?? "";
  const number = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (number >= 1 && number <= 10_000) return number;
  throw new S3Error("InvalidArgument", "Part number must be an integer between 1 and 10000, inclusive", {
    ArgumentName: "partNumber",
    ArgumentValue: text,
  });
}

/** An upload that was begun with a checksum of its parts wants one of that algorithm from each. */
function checkAlgorithm({ checksum }: Upload, given: Algorithm | undefined): void {
  if (checksum === undefined || given === checksum.algorithm) return;
  if (given === undefined && checksum.type === "FULL_OBJECT") return;
  const [expected, actual] = [checksum.algorithm.toLowerCase(), given?.toLowerCase() ?? "null"];
  const message = `Checksum Type mismatch occurred, expected checksum Type: ${expected}, actual checksum Type: ${actual}`;
  throw new S3Error("InvalidRequest", message);
}

function copyRange(request: ObjectRequest, size: number): ByteRange {
  const text = header(request, "x-amz-copy-source-range");
  if (text === undefined) return { start: 0, end: size };
  if (!/^bytes=\d+-\d+$/.test(text)) {
    throw new S3Error("InvalidArgument", "The x-amz-copy-source-range value must be of the form bytes=first-last", {
      ArgumentName: "x-amz-copy-source-range",
      ArgumentValue: text,
    });
  }
  const range = Number(/\d+$/.exec(text)?.[0]) < size ? readRange(text, size) : undefined;
  if (range !== undefined) return range;
  throw new S3Error("InvalidArgument", `Range specified is not valid for source object of size: ${size}`, {
    ArgumentName: "x-amz-copy-source-range",
    ArgumentValue: text,
  });
}
