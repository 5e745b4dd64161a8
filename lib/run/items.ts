/** A text that has items as lines of it, one after the other, what is between them left out of account. */
export interface Lines {
  readonly text: string;
  /** Where each item begins. */
  readonly starts: readonly number[];
}

/** Some items of a source, in order, each as JSON text without line breaks. */
export interface ItemChunk {
  readonly items: readonly string[];
  /** The text that the items are slices of, where they are lines of one. */
  readonly lines?: Lines | undefined;
  /** Keys, where the source is an object that is iterated by its pairs; same length as `items`. */
  readonly keys?: readonly string[] | undefined;
  /** What `$$.Map.Item.Source` is for these items: `STATE_DATA`, `s3://bucket` or `s3://bucket/key`. */
  readonly source: string;
}

/** A source of items. Chunks are small (at most a few thousand items) and made only when they are asked for. */
export type ItemSource = AsyncIterable<ItemChunk>;

/** A source that cannot be read. `message` is the cause AWS gives; the rest is for a person at the keyboard. */
export class ItemReaderError extends Error {
  /** `s3://bucket/key`. */
  readonly source: string;
  /** 1-based line and column of the mistake, where there is one. */
  readonly line: number | undefined;
  readonly column: number | undefined;
  /** Position of the item that is not JSON, from 0, where that is the mistake. */
  readonly item: number | undefined;
  constructor(
    message: string,
    source: string,
    at: { line?: number; column?: number; item?: number; cause?: unknown } = {},
  ) {
    super(message, at.cause === undefined ? undefined : { cause: at.cause });
    this.name = "ItemReaderError";
    this.source = source;
    this.line = at.line;
    this.column = at.column;
    this.item = at.item;
  }
}

/** How a child execution of a map run ended, as the gatherer hands it on: in item order, each exactly once. */
export interface ChildRecord {
  readonly status: "SUCCEEDED" | "FAILED" | "TIMED_OUT" | "ABORTED" | "PENDING";
  /** Position among the children (batches, when batching), from 0. */
  readonly index: number;
  /** Position of its first item among the items, from 0. */
  readonly firstItem: number;
  /** Items it covers. */
  readonly itemCount: number;
  /** JSON text. */
  readonly inputText: string;
  /** JSON text; only when SUCCEEDED. */
  readonly output?: string | undefined;
  readonly error?: string | undefined;
  readonly cause?: string | undefined;
  readonly name: string;
  readonly executionArn: string;
  readonly stateMachineArn: string;
  readonly executionType: "STANDARD" | "EXPRESS";
  /** Epoch ms. */
  readonly startDate: number;
  readonly stopDate: number;
  /** True for one that stays as it ended in an earlier attempt, or in an earlier process of the first attempt. */
  readonly kept?: boolean;
  /** Of one that is kept: the redrive of the map run that it ended in; absent: the first attempt, or that is not known. */
  readonly endedIn?: number | undefined;
  /** Redrives of it; absent: none. */
  readonly redriveCount?: number;
  /** Epoch ms of the last redrive; only of STANDARD ones. */
  readonly redriveDate?: number | undefined;
}
