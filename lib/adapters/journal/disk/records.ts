import { type Burst, eventsOf } from "../../../run/burst.js";
import type { ChildRecord } from "../../../run/items.js";
import type { HistoryEvent } from "../../../run/ports.js";
import { RECORD } from "./block-format.js";
import type { BlockReader } from "./block-reader.js";
import { parseShape, readMembers, type Shape, skipMembers } from "./shapes.js";

/** What a journal says of a map run. */
export interface MapRunNote {
  readonly mapRunId: string;
  readonly arn: string;
  readonly stateName: string;
  /** Epoch ms. */
  readonly startDate: number;
  readonly batched: boolean;
  /** It is one of the run's own execution, not of a child or of another execution that was started. */
  readonly owned: boolean;
  /**
   * Redrives of the run's execution up to then; absent: none. One that is redriven is noted once more, and what follows of
   * its children goes by the number of that note.
   */
  readonly redrive?: number;
}

/** Whose events follow under a number: the child of a map run, by the map run's number, or an execution by its ARN. */
export type ThreadNote = { readonly mapRun: number; readonly index: number } | { readonly arn: string };

/** How a child ended. */
export type EndedChild = Pick<
  ChildRecord,
  "index" | "firstItem" | "itemCount" | "output" | "error" | "cause" | "startDate" | "stopDate"
> & { readonly status: Exclude<ChildRecord["status"], "PENDING"> };

/** An object that items were read from. */
export interface ObjectNote {
  readonly bucket: string;
  readonly key: string;
  readonly versionId?: string | undefined;
  readonly etag: string;
}

/** How the run ended. */
export interface FinishedNote {
  readonly status: "SUCCEEDED" | "FAILED" | "TIMED_OUT" | "ABORTED";
  /** Of its command: a run that succeeded may have had more failed items than it may. */
  readonly exitCode: number;
}

/** Who reads a journal. Events and children's ends are made into objects only for those who ask for them. */
export interface RecordVisitor {
  thread?(thread: number, note: ThreadNote): void;
  event?(thread: number): ((event: HistoryEvent) => void) | undefined;
  mapRun?(number: number, note: MapRunNote): void;
  childEnded?(mapRun: number, index: number, status: EndedChild["status"]): ((child: EndedChild) => void) | undefined;
  object?(note: ObjectNote): void;
  finished?(note: FinishedNote): void;
}

export const STATUSES = ["SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"] as const;

/** A child's end has, beside its status, these bits. */
export const ENDED = { output: 4, error: 8, cause: 16, items: 32 } as const;

/** Reads the records of one block. What nobody asks for has to be read as well: what follows it begins where it ends. */
export function readRecords(from: BlockReader, visitor: RecordVisitor): void {
  const shapes: Shape[] = [];
  const bursts: Burst[] = [];
  while (!from.done) readRecord(from, visitor, shapes, bursts);
}

function readRecord(from: BlockReader, visitor: RecordVisitor, shapes: Shape[], bursts: Burst[]): void {
  switch (from.byte()) {
    case RECORD.thread:
      return readThread(from, visitor);
    case RECORD.shape:
      shapes.push(parseShape(from.text()));
      return;
    case RECORD.event:
      return readEvent(from, visitor, shapes);
    case RECORD.burstShape:
      bursts.push(JSON.parse(from.text()) as Burst);
      return;
    case RECORD.burst:
      return readBurst(from, visitor, bursts);
    case RECORD.mapRun: {
      const number = from.varint();
      const note = JSON.parse(from.text()) as MapRunNote;
      return visitor.mapRun?.(number, note);
    }
    case RECORD.childEnded:
      return readEnded(from, visitor);
    case RECORD.object: {
      const note = JSON.parse(from.text()) as ObjectNote;
      return visitor.object?.(note);
    }
    case RECORD.finished: {
      const note = JSON.parse(from.text()) as FinishedNote;
      return visitor.finished?.(note);
    }
    default:
      throw new Error("the journal has a record of an unknown kind");
  }
}

function readThread(from: BlockReader, visitor: RecordVisitor): void {
  const thread = from.varint();
  const mapRun = from.varint();
  const note = mapRun === 0 ? { arn: from.text() } : { mapRun: mapRun - 1, index: from.varint() };
  visitor.thread?.(thread, note);
}

function readEvent(from: BlockReader, visitor: RecordVisitor, shapes: Shape[]): void {
  const thread = from.varint();
  const take = visitor.event?.(thread);
  const { type, details: name, slots } = shapes[from.varint()] as Shape;
  const id = from.varint();
  const back = from.varint();
  const timestamp = from.time();
  if (take === undefined) return skipMembers(from, slots);
  const value = readMembers(from, slots);
  const previousEventId = id - (back % 2 === 0 ? back / 2 : -(back + 1) / 2);
  const details = name === undefined ? undefined : ([name, value] as const);
  take({ id, previousEventId, timestamp, type, ...(details === undefined ? undefined : { details }) });
}

function readBurst(from: BlockReader, visitor: RecordVisitor, bursts: Burst[]): void {
  const thread = from.varint();
  const take = visitor.event?.(thread);
  const burst = bursts[from.varint()] as Burst;
  const timestamp = from.time();
  const texts: string[] = [];
  for (let at = 0; at < burst.texts; at++) {
    if (take === undefined) from.skipText();
    else texts.push(from.text());
  }
  if (take !== undefined) for (const event of eventsOf(burst, texts, timestamp)) take(event);
}

function readEnded(from: BlockReader, visitor: RecordVisitor): void {
  const mapRun = from.varint();
  const index = from.varint();
  const bits = from.byte();
  const status = STATUSES[bits & 3] as EndedChild["status"];
  const take = visitor.childEnded?.(mapRun, index, status);
  const hasItems = (bits & ENDED.items) !== 0;
  const firstItem = hasItems ? from.varint() : index;
  const itemCount = hasItems ? from.varint() : 1;
  const startDate = from.time();
  const stopDate = from.time();
  const output = (bits & ENDED.output) === 0 ? undefined : from.text();
  const error = (bits & ENDED.error) === 0 ? undefined : from.text();
  const cause = (bits & ENDED.cause) === 0 ? undefined : from.text();
  take?.({ index, firstItem, itemCount, status, output, error, cause, startDate, stopDate });
}
