/** Zstandard data of one frame that compresses nothing: its blocks are the bytes as they are. */
export function storedZstd(bytes: Uint8Array): Uint8Array {
  const header = Buffer.alloc(9);
  header.writeUInt32LE(0xfd2fb528, 0);
  // A single segment, its size in four bytes.
  header[4] = 0xa0;
  header.writeUInt32LE(bytes.length, 5);
  const parts: Uint8Array[] = [header];
  for (let at = 0; at === 0 || at < bytes.length; at += 100_000) {
    const block = bytes.subarray(at, at + 100_000);
    const start = Buffer.alloc(3);
    start.writeUIntLE((block.length << 3) | (at + 100_000 >= bytes.length ? 1 : 0), 0, 3);
    parts.push(start, block);
  }
  return Buffer.concat(parts);
}
