import type { ItemChunk } from "../../../lib/run/items.js";

/** The UTF-8 bytes of a text in pieces of one length, so that borders fall anywhere. */
export async function* inPieces(text: string, length: number): AsyncGenerator<Uint8Array, void, void> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length);
}

/** All items of a source, and the keys where there are any. */
export async function gather(source: AsyncIterable<ItemChunk>): Promise<{ items: string[]; keys: string[] }> {
  const gathered = { items: [] as string[], keys: [] as string[] };
  for await (const { items, keys } of source) {
    gathered.items.push(...items);
    gathered.keys.push(...(keys ?? []));
  }
  return gathered;
}
