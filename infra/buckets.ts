import { BlockPublicAccess, Bucket, BucketEncryption } from "aws-cdk-lib/aws-s3";
import { Duration, RemovalPolicy } from "aws-cdk-lib/core";
import type { Construct } from "constructs";
import type { FanOutFragmentProps, S3Bucket } from "./props.js";

/** The bucket of that name, or the bucket itself. */
export function bucketOf(scope: Construct, id: string, bucket: string | S3Bucket): S3Bucket {
  return typeof bucket === "string" ? Bucket.fromBucketName(scope, id, bucket) : bucket;
}

/** The bucket that result files go to, made when none is given; nothing for inline results. */
export function resultsBucketOf(scope: Construct, props: FanOutFragmentProps): S3Bucket | undefined {
  const results = props.results ?? {};
  if (typeof results === "string") return undefined;
  if (results.bucket !== undefined) return bucketOf(scope, "ResultsBucket", results.bucket);
  return new Bucket(scope, "Results", {
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    encryption: BucketEncryption.S3_MANAGED,
    enforceSSL: true,
    // A map run that dies while it writes leaves parts of an upload behind.
    lifecycleRules: [{ abortIncompleteMultipartUploadAfter: Duration.days(7) }],
    removalPolicy: props.removalPolicy ?? RemovalPolicy.RETAIN,
  });
}

/** The buckets that items may be read from. */
export function itemsBucketsOf(scope: Construct, props: FanOutFragmentProps): readonly S3Bucket[] {
  const { items, itemsBuckets } = props;
  if (itemsBuckets !== undefined) return itemsBuckets;
  if (items.from === "input" || isFromInput(items.bucket)) return [];
  return [bucketOf(scope, "ItemsBucket", items.bucket)];
}

/** True for `{ path }`. */
export function isFromInput(value: unknown): value is { readonly path: string } {
  return typeof value === "object" && value !== null && "path" in value;
}
