import type { Transform } from "node:stream";
import zlib from "node:zlib";
import { Decompress, decompress } from "fzstd";
import { ObjectStoreError } from "../ports.js";
import { through } from "./through.js";

/** What Node has of Zstandard since 22.15. */
const { createZstdDecompress, zstdDecompressSync } = zlib as {
  createZstdDecompress?: (options: { chunkSize: number }) => Transform;
  zstdDecompressSync?: (bytes: Uint8Array) => Uint8Array;
};

/** Bytes handed to the decoder at once. A block may be 4 bytes and hold 128 KiB, so this bounds what comes out at once. */
const PART_BYTES = 1024;

/** Unpacks a piece of Zstandard data. */
export function unzstdSync(bytes: Uint8Array): Uint8Array {
  return zstdDecompressSync === undefined ? decompress(bytes) : zstdDecompressSync(bytes);
}

/** Unpacks Zstandard data. Ending the iteration early ends that of `bytes`. */
export async function* unzstd(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, void> {
  try {
    if (createZstdDecompress === undefined) yield* decoded(bytes);
    else yield* through(createZstdDecompress({ chunkSize: 128 * 1024 }), bytes);
  } catch (cause) {
    if (!isDataError(cause)) throw cause;
    throw new ObjectStoreError("InternalError", `Not a whole Zstandard file: ${cause.message}`, { cause });
  }
}

/** The same by fzstd, where Node has no Zstandard. */
export async function* decoded(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, void> {
  let blocks: Uint8Array[] = [];
  const decoder = new Decompress((block) => blocks.push(block));
  for await (const chunk of bytes) {
    for (let at = 0; at < chunk.length; at += PART_BYTES) {
      decoder.push(chunk.subarray(at, at + PART_BYTES));
      yield* blocks;
      blocks = [];
    }
  }
  decoder.push(new Uint8Array(0), true);
  yield* blocks;
}

/** An error of Node's decoder, or of fzstd, whose errors have numbers for codes. */
function isDataError(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  const { code } = error as { code?: unknown };
  return typeof code === "number" || String(code).startsWith("ZSTD_") || String(code).startsWith("Z_");
}
