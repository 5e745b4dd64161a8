/** Longest text handed on at once, in bytes. Items are slices of it and keep it alive, so it must not be long. */
const TEXT_BYTES = 128 * 1024;

const LINE_FEED = 0x0a;

/**
 * Bytes as text, cut where a character ends. A byte order mark at the start is left out; bytes that are not UTF-8 become
 * U+FFFD.
 */
export async function* decode(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string, void, void> {
  yield* cutText(bytes, wholeCharacters);
}

/** Bytes as text, cut after a line feed, so that no line is in two texts; only the last text may lack one. */
export async function* decodeLines(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string, void, void> {
  yield* cutText(bytes, (chunk) => chunk.lastIndexOf(LINE_FEED) + 1);
}

/** `cut` answers how many leading bytes of a chunk may be handed on; 0 when none. */
async function* cutText(
  bytes: AsyncIterable<Uint8Array>,
  cut: (chunk: Buffer) => number,
): AsyncGenerator<string, void, void> {
  let held: Buffer[] = [];
  let isFirst = true;
  const text = (part: Buffer): string => {
    const whole = held.length === 0 ? part : Buffer.concat([...held, part]);
    held = [];
    const decoded = whole.toString("utf8");
    if (!isFirst) return decoded;
    isFirst = false;
    return decoded.charCodeAt(0) === 0xfeff ? decoded.slice(1) : decoded;
  };

  for await (const chunk of bytes) {
    for (let start = 0; start < chunk.length; start += TEXT_BYTES) {
      const part = asBuffer(chunk.subarray(start, start + TEXT_BYTES));
      const end = cut(part);
      if (end > 0) yield text(part.subarray(0, end));
      if (end < part.length) held.push(part.subarray(end));
    }
  }
  if (held.length > 0) yield text(Buffer.alloc(0));
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Length of a chunk without the character that has only begun at its end. */
function wholeCharacters(chunk: Buffer): number {
  for (let back = 1; back <= Math.min(3, chunk.length); back++) {
    const byte = chunk[chunk.length - back] ?? 0;
    if (byte < 0x80) break;
    if (byte >= 0xc0) return (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) > back ? chunk.length - back : chunk.length;
  }
  return chunk.length;
}
