import { createGunzip } from "node:zlib";
import { ObjectStoreError } from "../ports.js";
import { through } from "./through.js";

/** Unpacks gzip data. Ending the iteration early ends that of `bytes`. */
export async function* gunzip(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, void> {
  try {
    yield* through(createGunzip({ chunkSize: 128 * 1024 }), bytes);
  } catch (cause) {
    if (!(cause instanceof Error && String((cause as NodeJS.ErrnoException).code).startsWith("Z_"))) throw cause;
    throw new ObjectStoreError("InternalError", `Not a whole gzip file: ${cause.message}`, { cause });
  }
}
