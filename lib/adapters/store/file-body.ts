import { type FileHandle, open } from "node:fs/promises";
import { storeError } from "./errors.js";

/** Bytes read at once. */
const CHUNK_BYTES = 128 * 1024;

/**
 * The bytes of a file from `start` to `end`, read one chunk ahead. The file is opened when iteration begins and closed
 * when it ends, early or not. Every chunk is a buffer of its own, which the consumer may keep.
 */
export async function* readBytes(path: string, start: number, end: number): AsyncGenerator<Uint8Array, void, void> {
  yield* readOpenFile(await open(path).catch(rethrow), start, end);
}

/** The same of a file that is open already; it is closed when iteration ends. */
export async function* readOpenFile(
  handle: FileHandle,
  start: number,
  end: number,
): AsyncGenerator<Uint8Array, void, void> {
  let ahead: Promise<Uint8Array> | undefined;
  try {
    let at = start;
    ahead = readAt(handle, at, end);
    for (;;) {
      const chunk: Uint8Array = await ahead.catch(rethrow);
      ahead = undefined;
      if (chunk.length === 0) return;
      at += chunk.length;
      ahead = readAt(handle, at, end);
      yield chunk;
    }
  } finally {
    await ahead?.catch(() => undefined);
    await handle.close();
  }
}

async function readAt(handle: FileHandle, start: number, end: number): Promise<Uint8Array> {
  const length = Math.max(0, Math.min(CHUNK_BYTES, end - start));
  if (length === 0) return new Uint8Array(0);
  const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafeSlow(length), 0, length, start);
  return buffer.subarray(0, bytesRead);
}

function rethrow(error: unknown): never {
  throw storeError(error);
}
