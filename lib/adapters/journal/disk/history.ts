import { nameUuid } from "../../../run/map-run/family.js";
import type { HistoryEvent } from "../../../run/ports.js";
import { BLOCK_HEADER, FILE_HEADER } from "./block-format.js";
import { BlockReader } from "./block-reader.js";
import { Blocks } from "./blocks.js";
import { type MapRunNote, type RecordVisitor, readRecords, type ThreadNote } from "./records.js";

/** The events of one execution, among all those of the first `size` bytes of a file and of the blocks after them. */
export function* historyIn(
  path: string,
  size: number,
  pending: readonly Buffer[],
  executionArn: string,
): Iterable<HistoryEvent> {
  const wanted = new Set<number>();
  const mapRuns: MapRunNote[] = [];
  let events: HistoryEvent[] = [];
  const visitor: RecordVisitor = {
    mapRun: (number, note) => {
      mapRuns[number] = note;
    },
    thread: (thread, note) => {
      if (isOf(note, executionArn, mapRuns)) wanted.add(thread);
    },
    event: (thread) => (wanted.has(thread) ? (event) => events.push(event) : undefined),
  };
  for (const block of blocksOf(path, size, pending)) {
    events = [];
    readRecords(new BlockReader(block), visitor);
    yield* events;
  }
}

function isOf(note: ThreadNote, executionArn: string, mapRuns: readonly MapRunNote[]): boolean {
  if ("arn" in note) return note.arn === executionArn;
  const mapRun = mapRuns[note.mapRun];
  return mapRun !== undefined && childArn(mapRun, note.index) === executionArn;
}

/** The ARN of a STANDARD child. */
function childArn({ arn, mapRunId }: MapRunNote, index: number): string {
  const family = arn.replace(":mapRun:", ":execution:").slice(0, -mapRunId.length);
  return family + nameUuid(`${mapRunId}/${index}`);
}

function* blocksOf(path: string, size: number, pending: readonly Buffer[]): Iterable<Buffer> {
  if (size >= FILE_HEADER.length) {
    const blocks = new Blocks(path, size);
    try {
      let offset = blocks.first ?? size;
      for (let block = blocks.at(offset); block !== undefined; block = blocks.at(offset)) {
        offset += block.length;
        yield block;
      }
    } finally {
      blocks.close();
    }
  }
  for (const block of pending) if (block.length > BLOCK_HEADER) yield block;
}
