import { readBytes } from "../../../adapters/store/file-body.js";
import { type ChecksumValue, createDigest, headerOf } from "../checksum.js";
import { writeCheck } from "../conditions.js";
import type { ObjectOperation, S3Context } from "../context.js";
import { S3Error } from "../errors.js";
import type { StoredObject } from "../objects.js";
import { etagOfParts } from "../part-digests.js";
import { pump } from "../pump.js";
import { receiveText } from "../receive.js";
import { sendXml } from "../reply.js";
import { header, type ObjectRequest } from "../request.js";
import { checksumElements, elementOf } from "../result.js";
import type { Part, Upload } from "../uploads.js";
import { type Element, parseDocument } from "../xml.js";
import { findUpload } from "./upload-part.js";

/** Every part but the last has at least this size. */
const PART_BYTES = 5 * 1024 * 1024;

/** CompleteMultipartUpload. */
export const completeMultipartUpload: ObjectOperation = async (context, request, response) => {
  const { buckets, uploads } = context;
  const { bucket, key } = request;
  await buckets.need(bucket);
  const upload = await findUpload(uploads, request);
  const wanted = parseDocument(await receiveText(request, "of the object"), "CompleteMultipartUpload").all("Part");
  const object = await uploads.alone(upload, async () => {
    const parts = choose(wanted, await uploads.parts(upload), upload);
    checkSizes(request, parts);
    const made = await join(context, request, upload, parts);
    await uploads.remove(upload);
    return made;
  });
  sendXml(
    response,
    "CompleteMultipartUploadResult",
    {
      Location: `http://${header(request, "host") ?? "localhost"}/${bucket}/${encodeURIComponent(key)}`,
      Bucket: bucket,
      Key: key,
      ETag: `"${object.etag}"`,
      ...checksumElements(object.checksum),
    },
    { "x-amz-server-side-encryption": "AES256" },
  );
};

/** The parts that the client names, in its order, which must be ascending. */
function choose(wanted: readonly Element[], parts: readonly Part[], upload: Upload): Part[] {
  if (wanted.length === 0) throw new S3Error("MalformedXML");
  const byNumber = new Map(parts.map((part) => [part.number, part]));
  let last = 0;
  return wanted.map((element) => {
    const number = Number(element.text("PartNumber")?.trim() || Number.NaN);
    const etag = element.text("ETag")?.trim().replaceAll('"', "");
    if (!Number.isInteger(number) || etag === undefined) throw new S3Error("MalformedXML");
    if (number <= last) throw new S3Error("InvalidPartOrder", undefined, { UploadId: upload.id });
    last = number;
    const part = byNumber.get(number);
    if (part?.etag !== etag) {
      throw new S3Error("InvalidPart", undefined, { UploadId: upload.id, PartNumber: number, ETag: etag });
    }
    checkPart(element, part, upload);
    return part;
  });
}

/** The checksum that the client gives for a part, which it must where the object's is made of them. */
function checkPart(element: Element, { number, checksum }: Part, upload: Upload): void {
  const given = checksum && element.text(elementOf(checksum.algorithm))?.trim();
  if (given !== undefined && given !== checksum?.value) {
    throw new S3Error("InvalidPart", undefined, { UploadId: upload.id, PartNumber: number });
  }
  if (given !== undefined || upload.checksum?.type !== "COMPOSITE") return;
  const message =
    `The upload was created using a ${upload.checksum.algorithm.toLowerCase()} checksum. The complete request must ` +
    `include the checksum for each part. It was missing for part ${number} in the request.`;
  throw new S3Error("InvalidRequest", message);
}

function checkSizes(request: ObjectRequest, parts: readonly Part[]): void {
  const small = parts.slice(0, -1).find(({ size }) => size < PART_BYTES);
  if (small !== undefined) {
    const details = {
      ProposedSize: small.size,
      MinSizeAllowed: PART_BYTES,
      PartNumber: small.number,
      ETag: small.etag,
    };
    throw new S3Error("EntityTooSmall", undefined, details);
  }
  const expected = header(request, "x-amz-mp-object-size");
  const size = parts.reduce((sum, part) => sum + part.size, 0);
  if (expected === undefined || Number(expected) === size) return;
  const message = `The provided 'x-amz-mp-object-size' header value ${expected} does not match what was computed: ${size}`;
  throw new S3Error("InvalidRequest", message);
}

/** Makes the object of its parts. */
async function join(
  { objects }: S3Context,
  request: ObjectRequest,
  upload: Upload,
  parts: readonly Part[],
): Promise<StoredObject> {
  const check = writeCheck(request);
  if (check !== undefined) await objects.check(upload.bucket, upload.key, check);
  const draft = await objects.begin(upload.bucket, upload.key);
  try {
    const whole = upload.checksum?.type === "FULL_OBJECT" ? createDigest(upload.checksum.algorithm) : undefined;
    for (const part of parts) await pump(readBytes(part.path, 0, part.size), draft, whole ?? { update: () => {} });
    const checksum = whole === undefined ? await composite(upload, parts) : full(upload, await whole.digest());
    checkWhole(request, checksum);
    return await draft.commit(
      {
        ...upload.metadata,
        etag: etagOfParts(parts.map(({ etag }) => etag)),
        checksum,
        parts: parts.map(({ size, checksum }) => ({ size, checksum: checksum?.value })),
      },
      check,
    );
  } catch (error) {
    await draft.abort();
    throw error;
  }
}

/** The checksum of the parts' checksums. */
async function composite({ checksum }: Upload, parts: readonly Part[]): Promise<ChecksumValue | undefined> {
  if (checksum === undefined) return undefined;
  const digest = createDigest(checksum.algorithm);
  for (const part of parts) digest.update(Buffer.from(part.checksum?.value ?? "", "base64"));
  return { ...checksum, value: `${(await digest.digest()).toString("base64")}-${parts.length}` };
}

function full({ checksum }: Upload, digest: Buffer): ChecksumValue | undefined {
  return checksum && { ...checksum, value: digest.toString("base64") };
}

/** The checksum of the whole object that the client may give in a header; of a composite one without the count. */
function checkWhole(request: ObjectRequest, checksum: ChecksumValue | undefined): void {
  if (checksum === undefined) return;
  const given = header(request, headerOf(checksum.algorithm));
  if (given === undefined || given === checksum.value || given === checksum.value.replace(/-\d+$/, "")) return;
  throw new S3Error("BadDigest", `The ${checksum.algorithm} you specified did not match the calculated checksum.`);
}
