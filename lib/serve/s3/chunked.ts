import { S3Error } from "./errors.js";

/** Longest line between pieces: a size with a signature, or a trailer. */
const LINE_BYTES = 16 * 1024;

/**
 * The content of an `aws-chunked` body, signed or not: pieces of
 *
 *   hex-size[;chunk-signature=...] CRLF bytes CRLF   ...   0[;chunk-signature=...] CRLF [name:value CRLF]... CRLF
 *
 * Signatures are not verified. Trailers are put into `trailers`, names in lower case, when the body has ended.
 */
export async function* decodeChunked(
  source: AsyncIterable<Uint8Array>,
  trailers: Map<string, string>,
): AsyncGenerator<Uint8Array, void, void> {
  const input = new Input(source);
  try {
    for (;;) {
      const size = sizeOf(await input.line());
      if (size === 0) break;
      yield* pieceOf(input, size);
    }
    await readTrailers(input, trailers);
  } finally {
    await input.close();
  }
}

async function* pieceOf(input: Input, size: number): AsyncGenerator<Uint8Array, void, void> {
  for (let left = size; left > 0; ) {
    const bytes = await input.take(left);
    left -= bytes.length;
    yield bytes;
  }
  if ((await input.line()) !== "") throw new S3Error("IncompleteBody", "A chunk of the body is longer than its size");
}

async function readTrailers(input: Input, trailers: Map<string, string>): Promise<void> {
  for (let line = await input.lastLine(); line !== ""; line = await input.lastLine()) {
    const colon = line.indexOf(":");
    if (colon < 1) throw new S3Error("InvalidRequest", "A trailer of the body has no name");
    trailers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
  }
}

function sizeOf(line: string): number {
  const [, digits] = /^([0-9a-fA-F]{1,12})(;.*)?$/.exec(line) ?? [];
  if (digits === undefined) throw new S3Error("IncompleteBody", "The body is not in the aws-chunked encoding");
  return Number.parseInt(digits, 16);
}

/** Bytes that are taken off a source as they are needed. */
class Input {
  readonly #source: AsyncIterator<Uint8Array>;
  #buffer: Uint8Array = new Uint8Array(0);

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** Up to `most` bytes, at least one. */
  async take(most: number): Promise<Uint8Array> {
    if (this.#buffer.length === 0 && !(await this.#fill())) throw new S3Error("IncompleteBody");
    const piece = this.#buffer.subarray(0, most);
    this.#buffer = this.#buffer.subarray(piece.length);
    return piece;
  }

  /** The text up to the next CRLF. */
  async line(): Promise<string> {
    return (await this.#line()) ?? unexpectedEnd();
  }

  /** The same after the last piece, where the body may end without the empty line. */
  async lastLine(): Promise<string> {
    return (await this.#line()) ?? "";
  }

  async #line(): Promise<string | undefined> {
    for (;;) {
      const end = this.#buffer.indexOf(10);
      if (end >= 0) {
        const text = Buffer.from(this.#buffer.subarray(0, end)).toString("latin1");
        this.#buffer = this.#buffer.subarray(end + 1);
        return text.endsWith("\r") ? text.slice(0, -1) : text;
      }
      if (this.#buffer.length > LINE_BYTES) throw new S3Error("IncompleteBody");
      if (!(await this.#fill())) return this.#buffer.length === 0 ? undefined : unexpectedEnd();
    }
  }

  /** Lets go of the source, wherever it is. */
  async close(): Promise<void> {
    await this.#source.return?.();
  }

  async #fill(): Promise<boolean> {
    const { value, done } = await this.#source.next();
    if (done === true) return false;
    this.#buffer = this.#buffer.length === 0 ? value : Buffer.concat([this.#buffer, value]);
    return true;
  }
}

function unexpectedEnd(): never {
  throw new S3Error("IncompleteBody");
}
