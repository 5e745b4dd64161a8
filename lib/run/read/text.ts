import { StringDecoder } from "node:string_decoder";

/** Longest text handed on at once, in bytes. Items are slices of it and keep it alive, so it must not be long. */
const TEXT_BYTES = 128 * 1024;

/** Largest item, in bytes. A selector may take a part of it; as it is, 262,144 bytes are the most. */
export const MAX_ITEM_BYTES = 8 * 1024 * 1024;

const LINE_FEED = 0x0a;
const BYTE_ORDER_MARK = "\ufeff";

/**
 * Bytes as texts, none of them empty, cut where a character ends. A byte order mark at the start is left out; bytes that are not UTF-8 become
 * U+FFFD.
 */
export async function* decode(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string, void, void> {
  const decoder = new StringDecoder("utf8");
  let isFirst = true;
  for await (const part of inParts(bytes)) {
    const decoded = decoder.write(part);
    if (decoded === "") continue;
    const text = isFirst ? withoutMark(decoded) : decoded;
    isFirst = false;
    if (text !== "") yield text;
  }
  const rest = decoder.end();
  if (rest !== "") yield rest;
}

/**
 * Bytes as text as `decode` makes it, but cut after line feeds: no line is in two texts, and only the last may lack one.
 *
 * @param tooLong Makes the error for a line that is longer than an item may be. Absent: there is no such line.
 */
export async function* decodeLines(
  bytes: AsyncIterable<Uint8Array>,
  tooLong?: () => Error,
): AsyncGenerator<string, void, void> {
  let held: Buffer[] = [];
  let isFirst = true;
  for await (const part of inParts(bytes)) {
    const end = part.lastIndexOf(LINE_FEED) + 1;
    if (end > 0) {
      const text = (held.length === 0 ? part : Buffer.concat([...held, part])).toString(
        "utf8",
        0,
        end + lengthOf(held),
      );
      yield isFirst ? withoutMark(text) : text;
      isFirst = false;
      held = [];
    }
    if (end < part.length) held.push(part.subarray(end));
    if (tooLong !== undefined && held.length > MAX_ITEM_BYTES / TEXT_BYTES && lengthOf(held) > MAX_ITEM_BYTES) {
      throw tooLong();
    }
  }
  const rest = Buffer.concat(held).toString("utf8");
  if (rest !== "") yield isFirst ? withoutMark(rest) : rest;
}

async function* inParts(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer, void, void> {
  for await (const { buffer, byteOffset, byteLength } of bytes) {
    for (let at = 0; at < byteLength; at += TEXT_BYTES) {
      yield Buffer.from(buffer, byteOffset + at, Math.min(TEXT_BYTES, byteLength - at));
    }
  }
}

function lengthOf(buffers: readonly Buffer[]): number {
  return buffers.reduce((length, buffer) => length + buffer.length, 0);
}

function withoutMark(text: string): string {
  return text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text;
}
