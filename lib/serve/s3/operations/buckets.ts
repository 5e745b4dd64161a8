import type { BucketOperation, ServiceOperation } from "../context.js";
import { OWNER } from "../context.js";
import { S3Error } from "../errors.js";
import { isoDate } from "../object-headers.js";
import { receiveText } from "../receive.js";
import { sendEmpty, sendXml } from "../reply.js";
import { parseDocument } from "../xml.js";

/** ListBuckets. */
export const listBuckets: ServiceOperation = async ({ buckets }, { query }, response) => {
  const prefix = query.get("prefix") ?? "";
  const found = (await buckets.list()).filter(({ name }) => name.startsWith(prefix));
  sendXml(response, "ListAllMyBucketsResult", {
    Owner: OWNER,
    Buckets: { Bucket: found.map(({ name, created }) => ({ Name: name, CreationDate: isoDate(created) })) },
  });
};

/** CreateBucket. In us-east-1 making a bucket again succeeds, as it always has. */
export const createBucket: BucketOperation = async ({ buckets, region }, request, response) => {
  const { bucket } = request;
  const text = await receiveText(request);
  const location = text.trim() === "" ? undefined : parseDocument(text, "CreateBucketConfiguration");
  const constraint = location?.text("LocationConstraint")?.trim();
  checkName(bucket);
  checkLocation(constraint, region);
  if (await buckets.exists(bucket)) {
    if (region !== "us-east-1") throw new S3Error("BucketAlreadyOwnedByYou", undefined, { BucketName: bucket });
  } else {
    await buckets.create(bucket, constraint ?? region);
  }
  sendEmpty(response, 200, { location: `/${bucket}` });
};

/** HeadBucket. */
export const headBucket: BucketOperation = async ({ buckets, region }, { bucket }, response) => {
  await buckets.need(bucket);
  sendEmpty(response, 200, { "x-amz-bucket-region": (await buckets.locationOf(bucket)) ?? region });
};

/** DeleteBucket. */
export const deleteBucket: BucketOperation = async ({ objects, uploads }, { bucket }, response) => {
  if (!(await objects.removeBucket(bucket))) throw new S3Error("BucketNotEmpty", undefined, { BucketName: bucket });
  await uploads.removeBucket(bucket);
  sendEmpty(response, 204);
};

/** GetBucketLocation. The oldest region has no name here. */
export const getBucketLocation: BucketOperation = async ({ buckets, region }, { bucket }, response) => {
  await buckets.need(bucket);
  const location = (await buckets.locationOf(bucket)) ?? region;
  sendXml(response, "LocationConstraint", location === "us-east-1" ? undefined : location);
};

/** GetBucketVersioning: it was never turned on. */
export const getBucketVersioning: BucketOperation = async ({ buckets }, { bucket }, response) => {
  await buckets.need(bucket);
  sendXml(response, "VersioningConfiguration", undefined);
};

/** Names that can be made: 3 to 63 of `a-z 0-9 . -`, letter or digit at both ends, no address. */
function checkName(bucket: string): void {
  const isName =
    /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket) &&
    !/\.\.|\.-|-\./.test(bucket) &&
    !/^\d+\.\d+\.\d+\.\d+$/.test(bucket) &&
    !/^xn--|^sthree-|-s3alias$|--ol-s3$/.test(bucket);
  if (!isName) throw new S3Error("InvalidBucketName", undefined, { BucketName: bucket });
}

/** The endpoint of us-east-1 makes buckets anywhere, every other one in its own region only. */
function checkLocation(constraint: string | undefined, region: string): void {
  if (region === "us-east-1") {
    if (constraint !== "us-east-1") return;
    throw new S3Error("InvalidLocationConstraint", undefined, { LocationConstraint: constraint });
  }
  if (constraint === region) return;
  const what = constraint === undefined ? "The unspecified" : `The ${constraint}`;
  const message = `${what} location constraint is incompatible for the region specific endpoint this request was sent to.`;
  throw new S3Error("IllegalLocationConstraintException", message);
}
