import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { ObjectStoreError } from "../ports.js";

/** Unpacks gzip data. Ending the iteration early ends that of `bytes`. */
export async function* gunzip(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, void> {
  const packed = Readable.from(bytes, { objectMode: true });
  const unpacked = createGunzip({ chunkSize: 128 * 1024 });
  packed.on("error", (error) => unpacked.destroy(error));
  try {
    yield* packed.pipe(unpacked);
  } catch (cause) {
    if (!(cause instanceof Error && String((cause as NodeJS.ErrnoException).code).startsWith("Z_"))) throw cause;
    throw new ObjectStoreError("InternalError", `Not a whole gzip file: ${cause.message}`, { cause });
  } finally {
    packed.destroy();
  }
}
