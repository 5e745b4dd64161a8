import type { IFunction } from "aws-cdk-lib/aws-lambda";
import type { NodejsFunctionProps } from "aws-cdk-lib/aws-lambda-nodejs";
import type { Bucket, IBucket } from "aws-cdk-lib/aws-s3";
import type { RemovalPolicy } from "aws-cdk-lib/core";
import type { FanOutOptions, ResultFilesOptions } from "../lib/definition/fan-out.js";

/** A bucket. The class is named beside its interface, which it does not fulfil under `exactOptionalPropertyTypes`. */
export type S3Bucket = IBucket | Bucket;

/** What a fan-out is made of, alone or inside a larger state machine. */
export interface FanOutFragmentProps extends Omit<FanOutOptions<S3Bucket>, "results"> {
  /**
   * The function that does the task: its source file (TypeScript or JavaScript, relative to the working directory),
   * which is bundled with all it imports, or a function that exists.
   */
  readonly task: string | IFunction;

  /**
   * The function that is invoked at the end with where the results are, likewise.
   *
   * @default - the output of the execution says where the results are
   */
  readonly gather?: string | IFunction;

  /**
   * Settings of the functions that are made of source files, beside or instead of the usual ones.
   *
   * @default - Node.js 24 on ARM with 1,769 MB, which is one full vCPU; a timeout of `taskTimeoutSeconds` or 1 minute;
   * one bundle with the AWS SDK included
   */
  readonly functionProps?: NodejsFunctionProps;

  /**
   * Where the results go.
   *
   * @default - files in a bucket made for them
   */
  readonly results?: "inline" | ResultFilesOptions<S3Bucket>;

  /**
   * Buckets whose objects may be read. Needed when each execution brings along the name of the bucket of its items, and
   * when a manifest names files in other buckets than its own.
   *
   * @default - the bucket that `items` names
   */
  readonly itemsBuckets?: readonly S3Bucket[];

  /**
   * What becomes of the results and logs when the stack is deleted.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}
