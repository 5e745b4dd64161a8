import type { ChildRecord } from "../../../run/items.js";
import type { HistoryEvent } from "../../../run/ports.js";
import { RECORD } from "./block-format.js";
import type { BlockReader } from "./block-reader.js";
import { parseShape, readSlots, type Shape } from "./shapes.js";

/** What a journal says of a map run. */
export interface MapRunNote {
  readonly mapRunId: string;
  readonly arn: string;
  readonly stateName: string;
  readonly executionType: "STANDARD" | "EXPRESS";
  readonly batched: boolean;
  /** It is one of the run's own execution, not of a child or of another execution that was started. */
  readonly owned: boolean;
}

/** Whose events follow under a number: the child of a map run, by the map run's number, or an execution by its ARN. */
export type ThreadNote = { readonly mapRun: number; readonly index: number } | { readonly arn: string };

/** How a child ended. */
export type EndedChild = Pick<
  ChildRecord,
  "index" | "firstItem" | "itemCount" | "output" | "error" | "cause" | "startDate" | "stopDate"
> & { readonly status: Exclude<ChildRecord["status"], "PENDING"> };

/** How the run ended. */
export interface FinishedNote {
  readonly status: "SUCCEEDED" | "FAILED" | "TIMED_OUT" | "ABORTED";
}

/** Who reads a journal. Events and children's ends are made into objects only for those who ask for them. */
export interface RecordVisitor {
  thread?(thread: number, note: ThreadNote): void;
  event?(thread: number): ((event: HistoryEvent) => void) | undefined;
  mapRun?(number: number, note: MapRunNote): void;
  childEnded?(mapRun: number, index: number): ((child: EndedChild) => void) | undefined;
  finished?(note: FinishedNote): void;
}

export const STATUSES = ["SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"] as const;

/** A child's end has, beside its status, these bits. */
export const ENDED = { output: 4, error: 8, cause: 16, items: 32 } as const;

/** Reads the records of one block. */
export function readRecords(from: BlockReader, visitor: RecordVisitor): void {
  const shapes: Shape[] = [];
  while (!from.done) readRecord(from, visitor, shapes);
}

function readRecord(from: BlockReader, visitor: RecordVisitor, shapes: Shape[]): void {
  switch (from.byte()) {
    case RECORD.thread:
      return readThread(from, visitor);
    case RECORD.event:
      return readEvent(from, visitor, shapes);
    case RECORD.mapRun: {
      const number = from.varint();
      const note = JSON.parse(from.text()) as MapRunNote;
      return visitor.mapRun?.(number, note);
    }
    case RECORD.childEnded:
      return readEnded(from, visitor);
    case RECORD.finished:
      return visitor.finished?.(JSON.parse(from.text()) as FinishedNote);
    default:
      throw new Error("the journal has a record of an unknown kind");
  }
}

function readThread(from: BlockReader, visitor: RecordVisitor): void {
  const thread = from.varint();
  const mapRun = from.varint();
  visitor.thread?.(thread, mapRun === 0 ? { arn: from.text() } : { mapRun: mapRun - 1, index: from.varint() });
}

function readEvent(from: BlockReader, visitor: RecordVisitor, shapes: Shape[]): void {
  const take = visitor.event?.(from.varint());
  const number = from.varint();
  if (number === shapes.length) shapes.push(parseShape(from.text()));
  const { type, details: name, slots } = shapes[number] as Shape;
  const id = from.varint();
  const back = from.varint();
  const timestamp = from.time();
  const value = readSlots(from, slots);
  if (take === undefined) return;
  const previousEventId = id - (back % 2 === 0 ? back / 2 : -(back + 1) / 2);
  const details = name === undefined ? undefined : ([name, value] as const);
  take({ id, previousEventId, timestamp, type, ...(details === undefined ? undefined : { details }) });
}

function readEnded(from: BlockReader, visitor: RecordVisitor): void {
  const mapRun = from.varint();
  const index = from.varint();
  const take = visitor.childEnded?.(mapRun, index);
  const bits = from.byte();
  const hasItems = (bits & ENDED.items) !== 0;
  const firstItem = hasItems ? from.varint() : index;
  const itemCount = hasItems ? from.varint() : 1;
  const startDate = from.time();
  const stopDate = from.time();
  const output = (bits & ENDED.output) === 0 ? undefined : from.text();
  const error = (bits & ENDED.error) === 0 ? undefined : from.text();
  const cause = (bits & ENDED.cause) === 0 ? undefined : from.text();
  const status = STATUSES[bits & 3] as EndedChild["status"];
  take?.({ index, firstItem, itemCount, status, output, error, cause, startDate, stopDate });
}
