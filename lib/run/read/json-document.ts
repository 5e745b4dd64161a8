import { ItemReaderError } from "../items.js";
import { placeOf } from "./json-syntax.js";
import { MAX_ITEM_BYTES } from "./text.js";
import { onOneLine, ValueScan } from "./value-scan.js";

const [OPEN_ARRAY, CLOSE_ARRAY, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];
const [COMMA, COLON, QUOTE] = [0x2c, 0x3a, 0x22];
/** How far into a document the node at the pointer may begin, as Step Functions has it. UTF-16 units stand for bytes. */
const MAX_POINTER_REACH = 16 * 1024 * 1024;
const SCALAR = /^(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)$/;
/** In place of a character code: the text is used up. */
const USED_UP = -1;

/** A routine that yields when it needs more text. */
type Parsing<T> = Generator<void, T, void>;

/**
 * Reads one JSON document that comes in texts and gathers the elements of one array in it, or the pairs of one object,
 * as slices. What is parsed is the way to that node and what stands between its elements; the elements themselves are
 * only measured, in texts of any length.
 */
export class JsonDocument {
  readonly #source: string;
  readonly #pointer: string;
  readonly #parsing: Parsing<void>;
  readonly #scan = new ValueScan();
  #items: string[] = [];
  #keys: string[] | undefined;
  #text = "";
  #at = 0;
  #hasLineBreaks = false;
  /** Where `#text` begins in the document. */
  #place = { line: 1, column: 1 };
  #offset = 0;

  /** @param pointer JSON Pointer (RFC 6901) to the array or object to iterate; empty: the document itself. */
  constructor(pointer: string, source: string) {
    this.#source = source;
    this.#pointer = pointer;
    this.#parsing = this.#document();
    this.#parsing.next();
  }

  /** Takes the next text, which must not be empty, and gathers what is complete in it. Throws ItemReaderError at the first mistake. */
  feed(text: string): void {
    this.#place = placeOf(this.#text, this.#text.length, this.#place);
    this.#offset += this.#text.length;
    this.#text = text;
    this.#at = 0;
    this.#hasLineBreaks = text.includes("\n") || text.includes("\r");
    this.#parsing.next();
  }

  /** Says that there is no more text. Throws unless the document is complete. */
  end(): void {
    this.feed("");
  }

  /** Hands over what has been gathered since the last call. `keys` only where the node is an object. */
  take(): { items: string[]; keys: string[] | undefined } {
    const taken = { items: this.#items, keys: this.#keys };
    this.#items = [];
    if (this.#keys !== undefined) this.#keys = [];
    return taken;
  }

  *#document(): Parsing<void> {
    yield* this.#more();
    const segments = segmentsOf(this.#pointer);
    if (segments === undefined) throw this.#error(`ItemsPointer must be empty or begin with "/": ${this.#pointer}`);
    for (const segment of segments) yield* this.#enter(segment);

    const opening = yield* this.#peek();
    if (segments.length > 0 && this.#offset + this.#at > MAX_POINTER_REACH) {
      throw this.#error(`What is at the ItemsPointer ${this.#pointer} does not begin in the first 16 MB of the file`);
    }
    if (opening === OPEN_ARRAY) yield* this.#elements();
    else if (opening === OPEN_OBJECT) yield* this.#pairs();
    else throw this.#error("Attempting to map over non-iterable node.");

    if (segments.length > 0) yield* this.#skip(segments.length);
    for (;;) {
      const code = this.#peekNow();
      if (code !== USED_UP) throw this.#unexpected("nothing more");
      yield;
    }
  }

  *#elements(): Parsing<void> {
    this.#at++;
    if ((yield* this.#peek()) === CLOSE_ARRAY) {
      this.#at++;
      return;
    }
    for (;;) {
      const item = this.#valueNow() ?? (yield* this.#value());
      this.#items.push(item);
      let code = this.#peekNow();
      if (code === USED_UP) code = yield* this.#peek();
      if (code !== COMMA && code !== CLOSE_ARRAY) throw this.#unexpected('"," or "]"');
      this.#at++;
      if (code === CLOSE_ARRAY) return;
      if (this.#peekNow() === USED_UP) yield* this.#peek();
    }
  }

  *#pairs(): Parsing<void> {
    this.#keys = [];
    this.#at++;
    if ((yield* this.#peek()) === CLOSE_OBJECT) {
      this.#at++;
      return;
    }
    do {
      const key = yield* this.#key();
      const item = yield* this.#value();
      this.#keys.push(key);
      this.#items.push(item);
    } while (yield* this.#comma(CLOSE_OBJECT));
  }

  /** Goes on to the member or element that a segment of the pointer names. */
  *#enter(segment: string): Parsing<void> {
    const opening = yield* this.#peek();
    this.#at++;
    const isArray = opening === OPEN_ARRAY;
    const close = isArray ? CLOSE_ARRAY : CLOSE_OBJECT;
    if ((isArray || opening === OPEN_OBJECT) && (yield* this.#peek()) !== close) {
      let index = 0;
      do {
        const name = isArray ? String(index++) : yield* this.#key();
        if (name === segment) return;
        yield* this.#skip();
      } while (yield* this.#comma(close));
    }
    throw this.#error(
      `Attempting to map over non-iterable node. There is nothing at the ItemsPointer ${this.#pointer}`,
    );
  }

  /** Reads the key of a member and the colon after it. */
  *#key(): Parsing<string> {
    if ((yield* this.#peek()) !== QUOTE) throw this.#unexpected("a key");
    const text = yield* this.#value();
    if ((yield* this.#peek()) !== COLON) throw this.#unexpected('":"');
    this.#at++;
    yield* this.#peek();
    return text.includes("\\") ? String(JSON.parse(text)) : text.slice(1, -1);
  }

  /** Reads what follows a value: true when another one comes. */
  *#comma(close: number): Parsing<boolean> {
    const code = yield* this.#peek();
    if (code !== COMMA && code !== close) throw this.#unexpected(`"," or "${String.fromCharCode(close)}"`);
    this.#at++;
    if (code === close) return false;
    yield* this.#peek();
    return true;
  }

  /** The value that begins here, when all of it is in this text. */
  #valueNow(): string | undefined {
    this.#scan.begin();
    const end = this.#scan.run(this.#text, this.#at);
    if (end === -1) return undefined;
    const value = this.#text.slice(this.#at, end);
    this.#check(value);
    this.#at = end;
    return this.#hasLineBreaks ? onOneLine(value) : value;
  }

  *#value(): Parsing<string> {
    this.#scan.begin();
    const pieces: string[] = [];
    let length = 0;
    let end = this.#scan.run(this.#text, this.#at);
    while (end === -1) {
      pieces.push(this.#text.slice(this.#at));
      length += this.#text.length - this.#at;
      if (length > MAX_ITEM_BYTES) break;
      yield* this.#more();
      end = this.#scan.run(this.#text, 0);
    }
    if (end === -1 || length + end > MAX_ITEM_BYTES) throw this.#error("An item has more than 8 MB, which is the most");
    const value = pieces.join("") + this.#text.slice(this.#at, end);
    this.#check(value);
    this.#at = end;
    return onOneLine(value);
  }

  /** Passes over a value, or over the rest of `depth` open containers, keeping nothing. */
  *#skip(depth = 0): Parsing<void> {
    this.#scan.begin(depth);
    let end = this.#scan.run(this.#text, this.#at);
    while (end === -1) {
      yield* this.#more();
      end = this.#scan.run(this.#text, 0);
    }
    this.#at = end;
  }

  /** Numbers and words end where the next mark is, so they are checked; brackets and quotes have been matched. */
  #check(value: string): void {
    const first = value.charCodeAt(0);
    if (first === OPEN_OBJECT || first === OPEN_ARRAY || first === QUOTE || SCALAR.test(value)) return;
    throw this.#unexpected("a value");
  }

  /** The next character that is not blank, without passing it. */
  *#peek(): Parsing<number> {
    for (;;) {
      const code = this.#peekNow();
      if (code !== USED_UP) return code;
      yield* this.#more();
    }
  }

  #peekNow(): number {
    const text = this.#text;
    for (let at = this.#at; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) {
        this.#at = at;
        return code;
      }
    }
    this.#at = text.length;
    return USED_UP;
  }

  /** Waits for more text; fails when there is none, because what is open is not complete. */
  *#more(): Parsing<void> {
    yield;
    if (this.#text === "") throw this.#error("Unexpected end of JSON input");
  }

  #unexpected(expected: string): ItemReaderError {
    const got = JSON.stringify(String.fromCodePoint(this.#text.codePointAt(this.#at) ?? 0));
    return this.#error(`Expected ${expected} in JSON, got ${got}`);
  }

  #error(message: string): ItemReaderError {
    return new ItemReaderError(message, this.#source, placeOf(this.#text, this.#at, this.#place));
  }
}

/** The reference tokens of a JSON Pointer; undefined when it is none. */
function segmentsOf(pointer: string): string[] | undefined {
  if (pointer === "") return [];
  if (!pointer.startsWith("/")) return undefined;
  const segments = pointer.slice(1).split("/");
  return segments.map((segment) => segment.replaceAll("~1", "/").replaceAll("~0", "~"));
}
