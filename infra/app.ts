import { fileURLToPath } from "node:url";
import { BlockPublicAccess, Bucket, BucketEncryption } from "aws-cdk-lib/aws-s3";
import { App, CfnOutput, RemovalPolicy, Stack } from "aws-cdk-lib/core";
import { FanOut } from "./index.js";

/**
 * The example: finds out how far from other people each place is. Upload `cities.jsonl` to the data bucket, then start an
 * execution without input. Both buckets have to be empty before the stack can be destroyed.
 */
const app = new App();
const stack = new Stack(app, "FanoutExample", { description: "fanout: how far from other people each place is" });

const data = new Bucket(stack, "Data", {
  blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
  encryption: BucketEncryption.S3_MANAGED,
  enforceSSL: true,
  removalPolicy: RemovalPolicy.DESTROY,
});
new CfnOutput(stack, "DataBucketName", { value: data.bucketName });

new FanOut(stack, "Nearest", {
  task: fileURLToPath(new URL("../../functions/nearest.ts", import.meta.url)),
  items: { from: "s3", bucket: data, key: "cities.jsonl", format: "JSONL" },
  batch: { items: 100 },
  childType: "EXPRESS",
  toleratedFailurePercentage: 1,
  removalPolicy: RemovalPolicy.DESTROY,
});

app.synth();
