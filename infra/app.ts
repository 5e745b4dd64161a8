import { fileURLToPath } from "node:url";
import { BlockPublicAccess, Bucket, BucketEncryption } from "aws-cdk-lib/aws-s3";
import { App, CfnOutput, RemovalPolicy, Stack } from "aws-cdk-lib/core";
import { FanOut } from "./index.js";

/**
 * The example: finds for each city the nearest other one. Upload `cities.jsonl` to the data bucket, then start an
 * execution without input.
 */
const app = new App();
const stack = new Stack(app, "FanoutExample", { description: "fanout: the nearest city of every city" });

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
