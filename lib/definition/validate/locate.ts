import { isCollection, isMap, isScalar, isSeq, LineCounter, type Node, type Pair, parseDocument } from "yaml";

/** Line and column, 1-based, of the place that a JSON pointer names in a JSON or YAML text. */
export function locate(text: string, pointer: string): { line: number; column: number } | undefined {
  const lines = new LineCounter();
  let node: unknown;
  try {
    node = parseDocument(text, { uniqueKeys: false, merge: true, lineCounter: lines, logLevel: "silent" }).contents;
  } catch {
    return undefined;
  }
  let place = offsetOf(node);
  for (const segment of segments(pointer)) {
    const step = child(node, segment);
    if (step === undefined) break;
    node = step.value;
    // A value on the same line as its key is the better place; that of a nested block starts a line below its key.
    place = (isCollection(node) ? offsetOf(step.key) : undefined) ?? offsetOf(node) ?? place;
  }
  if (place === undefined) return undefined;
  const { line, col } = lines.linePos(place);
  return { line, column: col };
}

function child(node: unknown, segment: string): { key: unknown; value: unknown } | undefined {
  if (isSeq(node)) {
    const value = node.items[Number(segment)];
    return value === undefined ? undefined : { key: undefined, value };
  }
  if (!isMap(node)) return undefined;
  const pair = node.items.findLast(({ key }: Pair) => String(isScalar(key) ? key.value : key) === segment);
  return pair === undefined ? undefined : { key: pair.key, value: pair.value };
}

function offsetOf(node: unknown): number | undefined {
  return (node as Node | null | undefined)?.range?.[0];
}

function segments(pointer: string): string[] {
  return pointer
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
}
