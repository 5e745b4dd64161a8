import type { Lines } from "../../run/items.js";
import type { LocalInvocation } from "./options.js";
import { encodeCall, isPlain } from "./protocol.js";

/** The text of a message of calls, a line each. Calls that are neighbours in one text are taken from there in one piece. */
export class CallText {
  #length = 0;
  readonly #pieces: string[] = [];
  /** The text that the piece under way is taken from, and from where to where. */
  #lines: Lines | undefined;
  #from = 0;
  #to = 0;

  /** In characters, line breaks left out. */
  get length(): number {
    return this.#length;
  }

  /** Adds a call. False, and nothing is added, when its payload is no JSON. */
  add(call: LocalInvocation): boolean {
    const { lines, line, payload } = call;
    const start = lines?.starts[line ?? 0];
    if (lines === undefined || start === undefined || !isPlain(call)) return this.#addLine(encodeCall(call));
    if (lines !== this.#lines || start !== this.#to + 1) {
      this.#endPiece();
      this.#lines = lines;
      this.#from = start;
    }
    this.#to = start + payload.length;
    this.#length += payload.length;
    return true;
  }

  #addLine(text: string | undefined): boolean {
    if (text === undefined) return false;
    this.#endPiece();
    this.#pieces.push(text);
    this.#length += text.length;
    return true;
  }

  #endPiece(): void {
    if (this.#lines !== undefined) this.#pieces.push(this.#lines.text.slice(this.#from, this.#to));
    this.#lines = undefined;
  }

  /** All of it. Nothing can be added any more. */
  end(): string {
    this.#endPiece();
    return this.#pieces.join("\n");
  }
}
