const [QUOTE, BACKSLASH, COMMA, OPEN, CLOSE] = [0x22, 0x5c, 0x2c, 0x5b, 0x5d];
const [OPEN_OBJECT, CLOSE_OBJECT] = [0x7b, 0x7d];

/** The values of JSON lines. */
export async function* valuesOfLines(texts: AsyncIterable<string>): AsyncGenerator<unknown, void, void> {
  let rest = "";
  for await (const text of texts) {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) if (line.trim() !== "") yield JSON.parse(line);
  }
  if (rest.trim() !== "") yield JSON.parse(rest);
}

/** The elements of one JSON array that comes in texts of any length. Throws SyntaxError when it is none, or not whole. */
export async function* valuesOfArray(texts: AsyncIterable<string>): AsyncGenerator<unknown, void, void> {
  let [depth, inString, escaped, ended] = [0, false, false, false];
  /** The element that has begun, as far as it has come. */
  let held = "";
  for await (const text of texts) {
    let start = 0;
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (inString) {
        if (escaped) escaped = false;
        else if (code === BACKSLASH) escaped = true;
        else if (code === QUOTE) inString = false;
      } else if (code === QUOTE) inString = true;
      else if (code === OPEN || code === OPEN_OBJECT) {
        depth += 1;
        if (depth === 1) start = at + 1;
        if (depth === 1 && (code !== OPEN || ended)) throw new SyntaxError("the results are no JSON array");
      } else if (depth === 1 && (code === COMMA || code === CLOSE)) {
        const element = held + text.slice(start, at);
        held = "";
        start = at + 1;
        ended = code === CLOSE;
        if (ended) depth = 0;
        // Only an empty array has nothing before its end.
        if (!ended || element.trim() !== "") yield JSON.parse(element);
      } else if (code === CLOSE || code === CLOSE_OBJECT) depth -= 1;
    }
    if (depth > 0) held += text.slice(start);
  }
  if (!ended) throw new SyntaxError("the results end in the middle of a JSON array");
}
