/** What takes the bytes of an object. */
export interface Target {
  write(chunk: Uint8Array): Promise<void>;
}

/** Bytes handed to the target at once. */
const WRITE_BYTES = 1024 * 1024;

/** Moves bytes to `target` and shows them to `digests`, the next ones while the last are written. Answers how many. */
export async function pump(
  source: AsyncIterable<Uint8Array>,
  target: Target,
  digests: { update(chunk: Uint8Array): void },
): Promise<number> {
  let size = 0;
  let waiting: Uint8Array[] = [];
  let waitingBytes = 0;
  let writing: Promise<void> | undefined;
  const flush = async () => {
    await writing;
    writing = target.write(waiting.length === 1 ? (waiting[0] as Uint8Array) : Buffer.concat(waiting));
    writing.catch(() => undefined); // It is told when the next write, or the end, waits for it.
    waiting = [];
    waitingBytes = 0;
  };
  try {
    for await (const chunk of source) {
      size += chunk.length;
      waitingBytes += chunk.length;
      waiting.push(chunk);
      digests.update(chunk);
      if (waitingBytes >= WRITE_BYTES) await flush();
    }
    if (waitingBytes > 0) await flush();
  } finally {
    await writing;
  }
  return size;
}
