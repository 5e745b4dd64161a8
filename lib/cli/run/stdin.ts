/** Bytes of stdin as they come, until it ends or `close` is called. */
export function readStdin(): { bytes: () => AsyncIterable<Uint8Array>; close: () => void } {
  const close = () => {
    process.stdin.destroy();
  };
  return { bytes, close };
}

async function* bytes(): AsyncGenerator<Uint8Array, void, void> {
  try {
    for await (const chunk of process.stdin) yield chunk as Uint8Array;
  } catch (error) {
    // Closed on purpose in the middle: the items end here.
    if ((error as NodeJS.ErrnoException).code !== "ERR_STREAM_PREMATURE_CLOSE") throw error;
  }
}
