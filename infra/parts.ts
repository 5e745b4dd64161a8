import type { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import { Stack, Token } from "aws-cdk-lib/core";
import type { Construct } from "constructs";
import { checkFanOut } from "../lib/definition/fan-out/check.js";
import type { FanOutOptions, FanOutRefs, ItemsOptions } from "../lib/definition/fan-out.js";
import { FanoutError } from "../lib/errors.js";
import { isFromInput, itemsBucketsOf, resultsBucketOf } from "./buckets.js";
import { functionOf } from "./functions.js";
import type { FanOutFragmentProps, S3Bucket } from "./props.js";
import { invokeRights, itemsRights, resultsRights } from "./rights.js";

/** The resources of a fan-out, and what the one builder of its definition and the role of its machine need. */
export interface Parts {
  readonly task: IFunction;
  readonly gather: IFunction | undefined;
  readonly resultsBucket: S3Bucket | undefined;
  readonly options: FanOutOptions;
  readonly refs: FanOutRefs;
  /** The rights of the machine's role, except those over the machine itself. */
  readonly statements: readonly PolicyStatement[];
}

/** Makes the resources of a fan-out. */
export function makeParts(scope: Construct, props: FanOutFragmentProps): Parts {
  checkProps(props);
  const task = functionOf(scope, "Task", props.task, props);
  const gather = props.gather === undefined ? undefined : functionOf(scope, "Gather", props.gather, props);
  const resultsBucket = resultsBucketOf(scope, props);
  const options = optionsOf(props);
  const prefix = typeof props.results === "object" ? props.results.prefix : undefined;
  if (resultsBucket !== undefined && gather !== undefined) {
    resultsBucket.grantRead(gather, prefix === undefined ? "*" : `${prefix}/*`);
  }
  return {
    task,
    gather,
    resultsBucket,
    options,
    refs: {
      task: task.functionArn,
      gather: gather?.functionArn,
      resultsBucket: resultsBucket?.bucketName,
      partition: Stack.of(scope).partition,
    },
    statements: [
      invokeRights(gather === undefined ? [task] : [task, gather]),
      ...itemsRights(props.items, itemsBucketsOf(scope, props)),
      ...(resultsBucket === undefined ? [] : resultsRights(resultsBucket, prefix)),
    ],
  };
}

/** Recognises what CDK has not resolved yet. */
export function isToken(value: unknown): boolean {
  return Token.isUnresolved(value);
}

/** The options of the builder: the properties that are its own, with buckets by name. */
function optionsOf(props: FanOutFragmentProps): FanOutOptions {
  const { task, gather, functionProps, itemsBuckets, removalPolicy, items, results = {}, ...rest } = props;
  const files = typeof results === "object" ? { ...results, bucket: undefined } : results;
  return { ...rest, items: byName(items), results: files };
}

function byName(items: ItemsOptions<S3Bucket>): ItemsOptions {
  // Whatever is no bucket is left to the check, which says what is wrong with it.
  if (items?.from === "input" || !isBucket(items?.bucket)) return items as ItemsOptions;
  return { ...items, bucket: items.bucket.bucketName };
}

function isBucket(value: unknown): value is S3Bucket {
  return typeof value === "object" && value !== null && "bucketName" in value;
}

/** Throws with every mistake in the properties: those that the builder finds and those that only a construct can have. */
function checkProps(props: FanOutFragmentProps): void {
  const unknown = "to be made";
  const lines = [...checkFanOut(optionsOf(props), { task: unknown, resultsBucket: unknown }, isToken)];
  for (const name of ["task", "gather"] as const) {
    if (props[name] === "" || (name === "task" && props.task === undefined)) {
      lines.push(
        `${name} must be the path of a source file or a function, got: ${JSON.stringify(props[name]) ?? "nothing"}`,
      );
    }
  }
  const { items, itemsBuckets, functionProps } = props;
  if (items?.from !== "input" && isFromInput(items?.bucket) && itemsBuckets === undefined) {
    lines.push("itemsBuckets must be given where the input names the bucket of the items, got: nothing");
  }
  if (functionProps !== undefined && typeof props.task !== "string" && typeof props.gather !== "string") {
    lines.push("functionProps must be left out where no function is made, got: an object");
  }
  if (lines.length > 0) throw new FanoutError("FANOUT_OPTION_INVALID", lines.join("\n"));
}
