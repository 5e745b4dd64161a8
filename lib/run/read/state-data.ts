import { isObject, type Json } from "../../json.js";
import { type ItemChunk, ItemReaderError } from "../items.js";

/** Items of one chunk. */
const CHUNK_ITEMS = 1024;

/**
 * The items of a value that came as state input: the elements of an array, or the pairs of an object, whose keys come
 * beside their values.
 */
export async function* itemsOf(value: Json): AsyncGenerator<ItemChunk, void, void> {
  if (Array.isArray(value)) {
    for (let at = 0; at < value.length; at += CHUNK_ITEMS) {
      yield { items: value.slice(at, at + CHUNK_ITEMS).map(textOf), source: "STATE_DATA" };
    }
  } else if (isObject(value)) {
    const pairs = Object.entries(value);
    for (let at = 0; at < pairs.length; at += CHUNK_ITEMS) {
      const part = pairs.slice(at, at + CHUNK_ITEMS);
      yield { items: part.map(([, item]) => textOf(item)), keys: part.map(([key]) => key), source: "STATE_DATA" };
    }
  } else {
    throw new ItemReaderError("Attempting to map over non-iterable node.", "STATE_DATA");
  }
}

function textOf(value: Json): string {
  return JSON.stringify(value);
}
