import type { ItemChunk, Lines } from "../items.js";

/** Items of one chunk at most. */
const CHUNK_ITEMS = 4096;

/** Items as chunks of bounded length; none when there are no items. */
export function* inChunks(
  items: readonly string[],
  source: string,
  { keys, lines }: { keys?: readonly string[] | undefined; lines?: Lines } = {},
): Generator<ItemChunk, void, void> {
  if (items.length > 0 && items.length <= CHUNK_ITEMS) {
    yield { items, keys, lines, source };
    return;
  }
  for (let at = 0; at < items.length; at += CHUNK_ITEMS) {
    const end = at + CHUNK_ITEMS;
    const part = lines && { text: lines.text, starts: lines.starts.slice(at, end) };
    yield { items: items.slice(at, end), keys: keys?.slice(at, end), lines: part, source };
  }
}
