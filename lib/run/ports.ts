import type { Burst } from "./burst.js";
import type { Lines } from "./items.js";

/**
 * The seven ports of a run. Everything that is not the state machine itself (time, functions, other services, objects,
 * history, chance) is reached through one of these, so that real, virtual, recorded and modelled worlds can be swapped.
 *
 * One rule for all of them: a port never answers inside the call that asked it. It answers later, through the
 * callback it was given, and the loop turns the answer into a signal.
 */

/** Time. Epoch milliseconds, possibly with a fraction. */
export interface Clock {
  now(): number;
  /** Calls `wake` once, at or after `at`. Equal times wake in the order they were asked for. */
  schedule(at: number, wake: () => void): Timer;
  /**
   * Called by the loop when nothing is ready and nothing is in flight but timers. A virtual clock moves to its
   * next timer and wakes it; a real clock does nothing. Gives whether a timer was woken.
   */
  idle(): boolean;
}

export interface Timer {
  cancel(): void;
}

/** Chance: jitter, UUIDs, States.MathRandom. The same seed gives the same sequence. */
export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
  /** A version 4 UUID. */
  uuid(): string;
}

/** One call of a function. The object itself is the identity of the call: adapters hand it back with the outcome. */
export interface Invocation {
  /** Name or ARN of the function as the state machine gave it. */
  readonly functionName: string;
  /** The event, JSON text. */
  readonly payload: string;
  /** How long the caller waits from the moment the function really begins, in ms. Absent: for ever. */
  readonly timeoutMs?: number | undefined;
  /** JSON text of the client context, if any. */
  readonly clientContext?: string | undefined;
  /** Whether the end of the call's log is wanted with its result. */
  readonly withLog?: boolean;
  /** Where the payload is a line of a longer text: that, and which one. Neighbours may be sent as one piece. */
  readonly lines?: Lines | undefined;
  readonly line?: number | undefined;
}

/** How a call ended. */
export type InvocationOutcome =
  /**
   * The function returned; `payload` is its result as JSON text (`null` when it returned nothing). `logResult`: the last
   * 4 KB of its log in base64, for a call that asked for it, from an invoker that has it.
   */
  | { readonly kind: "returned"; readonly payload: string; readonly logResult?: string | undefined }
  /** The function failed; `document` is the error document as JSON text: {errorType, errorMessage, trace}. */
  | { readonly kind: "threw"; readonly errorType: string; readonly document: string }
  /** The service refused or lost the call: `Lambda.TooManyRequestsException`, `Lambda.ResourceNotFoundException` ... */
  | { readonly kind: "refused"; readonly error: string; readonly cause: string }
  /** `timeoutMs` passed. The function may still be running. */
  | { readonly kind: "timedOut" };

/** Functions. */
export interface Invoker {
  /** Takes a call. Throws nothing; every outcome, refusal included, arrives through `onOutcome`. */
  invoke(invocation: Invocation): void;
  /** Set once, by the run, before the first call. */
  onOutcome: (invocation: Invocation, outcome: InvocationOutcome) => void;
  /**
   * How many more calls the invoker can take now and begin at once or nearly so. A map run starts further children
   * only while this is above 0, so that children do not grow old in a queue. Infinity where there is no limit.
   */
  readonly room: number;
  /** Set once, by the run: called (never inside `invoke`) when `room` has become positive again. */
  onRoom: () => void;
  /** Calls that have been taken and not answered. */
  readonly inFlight: number;
  /** Figures for the summary: time spent in handlers and capacity offered, in ms. */
  readonly usage: { readonly busyMs: number; readonly workers: number };
  /** Ends workers. Outstanding calls get no outcome. Idempotent. */
  close(): Promise<void>;
}

/** One call of a service other than Lambda, by a task. The object itself is the identity of the call. */
export interface ServiceCall {
  /** Service and action as the Resource names them: `states:startExecution`, `sqs:sendMessage`, `aws-sdk:s3:getObject`. */
  readonly integration: string;
  /** `sync` and `sync:2`: the answer is that of the job that the call begins. */
  readonly pattern: "requestResponse" | "sync" | "sync:2" | "waitForTaskToken";
  /** The parameters, JSON text; for a call of a function, its event. */
  readonly payload: string;
  /** Where it comes from. */
  readonly origin: CallOrigin;
}

export interface CallOrigin {
  /** Its identity is that of the execution, for what is counted by execution. */
  readonly execution: { readonly arn: string };
  readonly stateMachineName: string;
  readonly stateName: string;
}

/** How a call of a service went. */
export type ServiceOutcome =
  /** The result of the task, JSON text. */
  | { readonly kind: "returned"; readonly output: string }
  | { readonly kind: "failed"; readonly error: string; readonly cause: string | undefined }
  /**
   * The service took the call and answered with `output`, JSON text; the task goes on waiting, for its token or, with
   * another outcome to come, for the job.
   */
  | { readonly kind: "submitted"; readonly output: string };

/** Services other than Lambda. */
export interface Services {
  /** Takes a call. Throws nothing; every outcome arrives through `onOutcome`. */
  call(call: ServiceCall): void;
  /** Set once, by the run, before the first call. */
  onOutcome: (call: ServiceCall, outcome: ServiceOutcome) => void;
  /** Whether it answers a call that would otherwise go elsewhere, to a function or to workers of an activity: a mock. */
  replaces?(call: ServiceCall): boolean;
  /** The task has ended without an answer: a job that the call began is stopped, as far as that can be. */
  cancel(call: ServiceCall): void;
  /** Calls under way that virtual time has to wait for. */
  readonly inFlight: number;
  /** Lets go of clients. Outstanding calls get no outcome. Idempotent. */
  close(): Promise<void>;
}

export interface ObjectInfo {
  readonly key: string;
  readonly size: number;
  /** With the quotes S3 puts around it. */
  readonly etag: string;
  /** Epoch ms. */
  readonly lastModified: number;
}

export interface ObjectBody extends ObjectInfo {
  /** Content from `range.start` (inclusive) to `range.end` (exclusive), in chunks. Can be iterated once. */
  readonly body: AsyncIterable<Uint8Array>;
}

/** What a reading of objects asks for besides their names. */
export interface ReadOptions {
  /** Version of the object; `null` is the one of an object that has no versions. Default: the current one. */
  readonly versionId?: string | undefined;
  /** Account that the bucket has to belong to. Another one: AccessDenied. */
  readonly expectedBucketOwner?: string | undefined;
}

/** How S3 is to get an object, which its metadata tells. A store without metadata need not look. */
export interface WriteOptions {
  /** Default: binary/octet-stream, as S3 has it. */
  readonly contentType?: string | undefined;
  /** By an upload in parts, or, for what fits into memory, in one request. Default: what suits the store. */
  readonly inParts?: boolean | undefined;
}

/** Thrown by an ObjectStore. `code` is the S3 error code. */
export class ObjectStoreError extends Error {
  readonly code: "NoSuchBucket" | "NoSuchKey" | "NoSuchVersion" | "AccessDenied" | "InternalError";
  constructor(code: ObjectStoreError["code"], message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = "ObjectStoreError";
    this.code = code;
  }
}

export interface ObjectWriter {
  /** Resolves when the next chunk may be given. */
  write(chunk: string | Uint8Array): Promise<void>;
  /** Makes the object visible under its key, whole. */
  close(): Promise<ObjectInfo>;
  /** Leaves nothing behind. */
  abort(): Promise<void>;
}

/** Objects in buckets. Keys list in UTF-8 byte order, as S3 lists them. */
export interface ObjectStore {
  head(bucket: string, key: string, options?: ReadOptions): Promise<ObjectInfo>;
  get(bucket: string, key: string, range?: { start: number; end?: number }, options?: ReadOptions): Promise<ObjectBody>;
  put(bucket: string, key: string, options?: WriteOptions): Promise<ObjectWriter>;
  /** A `versionId` means nothing here. */
  list(bucket: string, prefix: string, options?: ReadOptions): AsyncIterable<ObjectInfo>;
  /** Takes an object away; no effect when there is none. Absent: nothing can be taken away. */
  remove?(bucket: string, key: string): Promise<void>;
  /** Makes an empty bucket; no effect when it is there. Absent: a bucket comes with its first object, or not at all. */
  createBucket?(bucket: string): Promise<void>;
  /** Whether what is put into a bucket is dropped, so that it need not be made. Absent: nothing is. */
  discards?(bucket: string): boolean;
  /** All buckets by name. Absent: they cannot be told. */
  buckets?(): Promise<readonly BucketInfo[]>;
}

export interface BucketInfo {
  readonly name: string;
  /** Epoch ms. */
  readonly created: number;
}

/** Thrown by a Spill. `message` says where there was no room, and why. */
export class SpillError extends Error {
  constructor(message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = "SpillError";
  }
}

/** Room outside memory for what has to wait there. Nothing of it outlives the process. */
export interface Spill {
  /** An empty file that nobody else sees. Rejects with SpillError. */
  open(): Promise<SpillFile>;
}

export interface SpillFile {
  /** Adds to its end, one chunk at a time. Resolves with the position of the chunk; rejects with SpillError. */
  append(chunk: Uint8Array): Promise<number>;
  /** So many bytes from a position on, all of which have been added. Rejects with SpillError. */
  read(position: number, length: number): Promise<Uint8Array>;
  /** Gives the room back; what is under way may fail. Idempotent, never rejects. */
  close(): Promise<void>;
}

/** An event of an execution's history in the AWS shape, its time in epoch ms. */
export interface HistoryEvent {
  readonly id: number;
  readonly previousEventId: number;
  readonly timestamp: number;
  readonly type: string;
  /** Name and value of the details member, such as `stateEnteredEventDetails`; absent where AWS sends none. */
  readonly details?: readonly [name: string, value: object] | undefined;
}

/** Whose history an event belongs to. The ARN of a child is made when it is asked for, which most of them never are. */
export interface Recorded {
  readonly arn: string;
  /** For the child of a map run: which one of which. */
  readonly mapRunId?: string;
  readonly index?: number;
  /** What a journal has to know of it between two events; nobody else looks. */
  journalled?: object | undefined;
}

/** Where histories are kept. */
export interface Journal {
  /** Between the first event of an execution and its last, the object itself may stand for it. */
  record(execution: Recorded, event: HistoryEvent): void;
  /** Records the events that a burst stands for, all of them or none. Absent: they have to be recorded one by one. */
  recordBurst?(execution: Recorded, burst: Burst, texts: readonly string[], timestamp: number): void;
  /** The events of one execution in order; empty when unknown. */
  history(executionArn: string): Iterable<HistoryEvent>;
  close(): Promise<void>;
}
