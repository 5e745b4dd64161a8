/** 1-based place in a text. */
interface Position {
  readonly line: number;
  readonly column: number;
}

/** The place of a character offset. */
function positionAt(text: string, offset: number): Position {
  const before = text.slice(0, offset);
  return { line: before.split("\n").length, column: before.length - (before.lastIndexOf("\n") + 1) + 1 };
}

/** Where JSON.parse stopped: from its message, which names no offset in two cases. */
export function jsonErrorPosition(text: string, error: Error): Position {
  const named = /at position (\d+)/.exec(error.message);
  if (named) return positionAt(text, Number(named[1]));
  if (!isUnexpectedToken(error)) return positionAt(text, text.length);
  return positionAt(text, firstUnexpectedToken(text));
}

/** Smallest prefix that holds the token JSON.parse refuses; every longer prefix holds it too, so bisect. */
function firstUnexpectedToken(text: string): number {
  let good = 0;
  let bad = text.length;
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (refusesToken(text.slice(0, middle))) bad = middle;
    else good = middle;
  }
  return bad - 1;
}

function refusesToken(text: string): boolean {
  try {
    JSON.parse(text);
    return false;
  } catch (error) {
    return isUnexpectedToken(error as Error);
  }
}

function isUnexpectedToken(error: Error): boolean {
  return error.message.startsWith("Unexpected token");
}
