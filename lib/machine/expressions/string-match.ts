/**
 * Compiles a pattern of StringMatches: `*` stands for any characters, none included; `\*` is a star and `\\` a
 * backslash. Runs in time proportional to the text, whatever the number of stars.
 */
export function compilePattern(pattern: string): (text: string) => boolean {
  const [first = "", ...rest] = pieces(pattern);
  const last = rest.pop();
  if (last === undefined) return (text) => text === first;
  return (text) => {
    if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last)) return false;
    const end = text.length - last.length;
    let at = first.length;
    for (const piece of rest) {
      const found = text.indexOf(piece, at);
      if (found < 0 || found + piece.length > end) return false;
      at = found + piece.length;
    }
    return true;
  };
}

/** The literal texts between the stars. */
function pieces(pattern: string): string[] {
  const out = [""];
  for (const [token] of pattern.matchAll(/\\[*\\]|[\s\S]/g)) {
    if (token === "*") out.push("");
    else out[out.length - 1] += token.length === 2 ? token.slice(1) : token;
  }
  return out;
}
