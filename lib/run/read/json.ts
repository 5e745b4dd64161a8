import { type ItemChunk, ItemReaderError } from "../items.js";
import { inChunks } from "./chunks.js";
import { JsonDocument } from "./json-document.js";
import { findSyntaxMistake, placeOf } from "./json-syntax.js";
import { decode } from "./text.js";

/** Documents up to this length (UTF-16 units) are checked whole before the first item is given. */
const CHECKED_LENGTH = 8 * 1024 * 1024;

/**
 * The elements of an array or the pairs of an object in one JSON document. A small document is checked whole first, so
 * that a broken file starts nothing; of a large one a mistake is found when it is reached.
 *
 * @param pointer JSON Pointer to the array or object; empty: the document itself.
 */
export async function* readJson(
  bytes: AsyncIterable<Uint8Array>,
  source: string,
  pointer: string,
): AsyncGenerator<ItemChunk, void, void> {
  const document = new JsonDocument(pointer, source);
  let held: string[] | undefined = [];
  let length = 0;
  for await (const text of decode(bytes)) {
    if (held !== undefined) {
      held.push(text);
      length += text.length;
      if (length <= CHECKED_LENGTH) continue;
    }
    for (const part of held ?? [text]) yield* itemsIn(document, part, source);
    held = undefined;
  }
  if (held !== undefined) {
    check(held.join(""), source);
    for (const part of held) yield* itemsIn(document, part, source);
  }
  document.end();
}

function* itemsIn(document: JsonDocument, text: string, source: string): Generator<ItemChunk, void, void> {
  document.feed(text);
  const { items, keys } = document.take();
  yield* inChunks(items, source, { keys });
}

function check(text: string, source: string): void {
  try {
    JSON.parse(text);
  } catch (cause) {
    const { offset, message } = findSyntaxMistake(text);
    throw new ItemReaderError(message, source, { ...placeOf(text, offset), cause });
  }
}
