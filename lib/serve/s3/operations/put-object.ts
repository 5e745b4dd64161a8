import type { ChecksumValue } from "../checksum.js";
import { writeCheck } from "../conditions.js";
import type { ObjectOperation } from "../context.js";
import { readMetadata } from "../object-headers.js";
import { receiveBody } from "../receive.js";
import { sendEmpty } from "../reply.js";
import { checksumHeaders } from "../result.js";

/** PutObject. */
export const putObject: ObjectOperation = async ({ buckets, objects }, request, response) => {
  const { bucket, key } = request;
  await buckets.need(bucket);
  const metadata = readMetadata(request);
  const check = writeCheck(request);
  // Once before the body, so that nobody sends in vain, and again when the object takes its place.
  if (check !== undefined) await objects.check(bucket, key, check);
  const draft = await objects.begin(bucket, key);
  try {
    const received = await receiveBody(request, draft);
    const checksum: ChecksumValue | undefined = received.checksum && { ...received.checksum, type: "FULL_OBJECT" };
    const { etag } = await draft.commit({ ...metadata, etag: received.md5, checksum }, check);
    sendEmpty(response, 200, {
      etag: `"${etag}"`,
      "x-amz-server-side-encryption": "AES256",
      ...checksumHeaders(checksum),
    });
  } catch (error) {
    await draft.abort();
    throw error;
  }
};
