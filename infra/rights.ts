import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import type { ItemsOptions } from "../lib/definition/fan-out.js";
import { isFromInput } from "./buckets.js";
import type { S3Bucket } from "./props.js";

/** To invoke the functions. */
export function invokeRights(functions: readonly IFunction[]): PolicyStatement {
  return new PolicyStatement({
    actions: ["lambda:InvokeFunction"],
    resources: functions.flatMap((each) => each.resourceArnsForGrantInvoke),
  });
}

/** To read the items: the one object, the listing, or the listing and the objects in it; of a manifest, what it may name. */
export function itemsRights(items: ItemsOptions<S3Bucket>, buckets: readonly S3Bucket[]): readonly PolicyStatement[] {
  if (items.from === "input") return [];
  if (items.from === "s3") return [...readRights(buckets, isFromInput(items.key) ? "*" : items.key)];
  if (items.from !== "s3-listing") return readRights(buckets, "*");
  const prefix = items.prefix === undefined || isFromInput(items.prefix) ? "" : items.prefix;
  const list = new PolicyStatement({
    actions: ["s3:ListBucket"],
    resources: buckets.map((bucket) => bucket.bucketArn),
    ...(prefix === "" ? {} : { conditions: { StringLike: { "s3:prefix": `${prefix}*` } } }),
  });
  return items.load === undefined ? [list] : [list, ...readRights(buckets, `${prefix}*`)];
}

function readRights(buckets: readonly S3Bucket[], keys: string): readonly PolicyStatement[] {
  const read = new PolicyStatement({
    actions: ["s3:GetObject"],
    resources: buckets.map((bucket) => bucket.arnForObjects(keys)),
  });
  return [read, ...keyRights(buckets, ["kms:Decrypt"])];
}

/** To write result files, in parts and with a test of the place before the first child starts. */
export function resultsRights(bucket: S3Bucket, prefix: string | undefined): readonly PolicyStatement[] {
  const write = new PolicyStatement({
    actions: ["s3:PutObject", "s3:GetObject", "s3:ListMultipartUploadParts", "s3:AbortMultipartUpload"],
    resources: [bucket.arnForObjects(prefix === undefined ? "*" : `${prefix}/*`)],
  });
  return [write, ...keyRights([bucket], ["kms:Decrypt", "kms:GenerateDataKey"])];
}

function keyRights(buckets: readonly S3Bucket[], actions: string[]): readonly PolicyStatement[] {
  const keys = buckets.flatMap((bucket) => bucket.encryptionKey?.keyArn ?? []);
  return keys.length === 0 ? [] : [new PolicyStatement({ actions, resources: keys })];
}
