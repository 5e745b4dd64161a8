/** The part of Lambda's context object that a task may rely on, on AWS and in a local run alike. */
export interface LambdaContext {
  readonly awsRequestId: string;
  readonly functionName: string;
  readonly functionVersion: string;
  readonly invokedFunctionArn: string;
  /** MiB, as text. */
  readonly memoryLimitInMB: string;
  readonly logGroupName: string;
  readonly logStreamName: string;
  readonly clientContext?: unknown;
  readonly identity?: unknown;
  callbackWaitsForEmptyEventLoop: boolean;
  /** Milliseconds until the invocation is cut off. */
  getRemainingTimeInMillis(): number;
}

/** What a task gets beside its item. */
export interface TaskContext extends LambdaContext {
  /** The `BatchInput` that came with a batch; absent when the item came alone or the batch has none. */
  readonly batchInput?: unknown;
}
