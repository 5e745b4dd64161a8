import { type ItemChunk, ItemReaderError } from "../items.js";
import { inChunks } from "./chunks.js";
import { decodeLines } from "./text.js";

const CARRIAGE_RETURN = 0x0d;

/**
 * One item a line. Blank lines are skipped. Lines are not parsed here: whoever takes an item finds out whether it is
 * JSON.
 */
export async function* readJsonLines(
  bytes: AsyncIterable<Uint8Array>,
  source: string,
): AsyncGenerator<ItemChunk, void, void> {
  let number = 1;
  const tooLong = () =>
    new ItemReaderError("A line has more than 8 MB, which is the most for an item", source, { line: number });
  for await (const text of decodeLines(bytes, tooLong)) {
    const { items, starts, count } = linesOf(text);
    yield* inChunks(items, source, { lines: { text, starts } });
    number += count;
  }
}

/** The lines that are not blank, where each begins, and how many there are with the blank ones. */
function linesOf(text: string): { items: string[]; starts: number[]; count: number } {
  const items: string[] = [];
  const starts: number[] = [];
  let count = 0;
  for (let start = 0; start < text.length; count++) {
    let end = text.indexOf("\n", start);
    if (end === -1) end = text.length;
    const next = end + 1;
    if (text.charCodeAt(end - 1) === CARRIAGE_RETURN && end > start) end--;
    if (!isBlank(text, start, end)) {
      items.push(text.slice(start, end));
      starts.push(start);
    }
    start = next;
  }
  return { items, starts, count };
}

function isBlank(text: string, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (text.charCodeAt(at) > 0x20) return false;
  return true;
}
