import type { ItemChunk } from "../items.js";
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
  for await (const text of decodeLines(bytes)) {
    yield* inChunks(linesOf(text), source);
  }
}

function linesOf(text: string): string[] {
  const lines: string[] = [];
  for (let start = 0; start < text.length; ) {
    let end = text.indexOf("\n", start);
    if (end === -1) end = text.length;
    const next = end + 1;
    if (text.charCodeAt(end - 1) === CARRIAGE_RETURN && end > start) end--;
    if (!isBlank(text, start, end)) lines.push(text.slice(start, end));
    start = next;
  }
  return lines;
}

function isBlank(text: string, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (text.charCodeAt(at) > 0x20) return false;
  return true;
}
