const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** What a character means outside strings, by its code: 0 nothing, 1 opens, 2 closes, 3 quote, 4 blank, 5 comma. */
const MEANING = new Uint8Array(128);
for (const [characters, meaning] of [
  ["[{", 1],
  ["]}", 2],
  ['"', 3],
  [" \t\r\n", 4],
  [",", 5],
] as const) {
  for (const character of characters) MEANING[character.charCodeAt(0)] = meaning;
}

/**
 * Finds where a JSON value ends, across as many texts as it takes, by brackets and quotes alone. Whether what is between
 * them is JSON is for whoever parses the value to find out.
 */
export class ValueScan {
  #depth = 0;
  #inString = false;
  /** The character before was a backslash in a string. */
  #escaped = false;

  /** Starts at the first character of a value, or inside `depth` open brackets. */
  begin(depth = 0): void {
    this.#depth = depth;
    this.#inString = false;
    this.#escaped = false;
  }

  /** Continues at `from`. Answers the position after the value, or -1 when the text ends first. */
  run(text: string, from: number): number {
    let depth = this.#depth;
    let at = from;
    if (this.#inString) {
      at = this.#endOfString(text, at);
      if (at === -1) return -1;
      if (depth === 0) return at;
    }
    for (; at < text.length; at++) {
      const code = text.charCodeAt(at);
      const meaning = code < 128 ? MEANING[code] : 0;
      if (meaning === 0) continue;
      if (meaning === 3) {
        const end = this.#endOfString(text, at + 1);
        if (end === -1) {
          this.#depth = depth;
          return -1;
        }
        if (depth === 0) return end;
        at = end - 1;
      } else if (meaning === 1) {
        depth++;
      } else if (meaning === 2) {
        // At depth 0 a closing bracket belongs to what the value is in: the value was a number or a word.
        if (depth <= 1) return depth === 0 ? at : at + 1;
        depth--;
      } else if (depth === 0) {
        return at;
      }
    }
    this.#depth = depth;
    return -1;
  }

  #endOfString(text: string, from: number): number {
    let at = this.#escaped ? from + 1 : from;
    for (; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code === QUOTE) {
        this.#inString = false;
        this.#escaped = false;
        return at + 1;
      }
      if (code === BACKSLASH) at++;
    }
    this.#inString = true;
    this.#escaped = at > text.length;
    return -1;
  }
}

/** A JSON text on one line. A valid text has line breaks only between tokens, with the indentation that follows them. */
export function onOneLine(text: string): string {
  return text.includes("\n") || text.includes("\r") ? text.replace(/[\r\n][ \t\r\n]*/g, "") : text;
}
