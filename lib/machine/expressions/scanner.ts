/** A text that is read once from left to right: the ground of the hand-written parsers. */
export class Scanner {
  readonly text: string;
  position = 0;

  constructor(text: string) {
    this.text = text;
  }

  get atEnd(): boolean {
    return this.position >= this.text.length;
  }

  /** The character at the position, `""` at the end. */
  get next(): string {
    return this.text.charAt(this.position);
  }

  skipBlanks(): void {
    while (/\s/.test(this.next)) this.position += 1;
  }

  /** Steps over `expected` when it comes next. */
  take(expected: string): boolean {
    if (!this.text.startsWith(expected, this.position)) return false;
    this.position += expected.length;
    return true;
  }

  /** Steps over what `pattern` (which must be sticky) matches here, and gives it; null when it does not match. */
  match(pattern: RegExp): string | null {
    pattern.lastIndex = this.position;
    const found = pattern.exec(this.text);
    if (found === null) return null;
    this.position = pattern.lastIndex;
    return found[0];
  }

  /** Reads up to the closing `quote`, which is stepped over, as its opening one has been. Null when it never comes. */
  quoted(quote: string): string | null {
    let out = "";
    while (!this.atEnd) {
      const char = this.next;
      this.position += 1;
      if (char === quote) return out;
      out += char === "\\" ? this.#escape() : char;
    }
    return null;
  }

  #escape(): string {
    const char = this.next;
    this.position += 1;
    if (char === "u") {
      const hex = this.match(/[0-9a-fA-F]{4}/y);
      return hex === null ? "u" : String.fromCharCode(Number.parseInt(hex, 16));
    }
    return ESCAPES.get(char) ?? char;
  }
}

const ESCAPES = new Map([
  ["n", "\n"],
  ["t", "\t"],
  ["r", "\r"],
  ["b", "\b"],
  ["f", "\f"],
]);
