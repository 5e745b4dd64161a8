import { Readable, type Transform } from "node:stream";

/** What a transform makes of bytes. Ending the iteration early ends that of `bytes`. */
export async function* through(
  transform: Transform,
  bytes: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, void> {
  const source = Readable.from(bytes, { objectMode: true });
  source.on("error", (error) => transform.destroy(error));
  try {
    yield* source.pipe(transform);
  } finally {
    source.destroy();
  }
}
