import type { Node } from "yaml";
import { yamlLibrary } from "../load/yaml-library.js";

/**
 * Line and column, 1-based, of what a location names in a JSON or YAML text: `/States/Sort/Choices[0]/Next`, or
 * `/States/Sort/Choices/0/Next`. Where the text does not go that far, the nearest place around it, or undefined when it
 * must be `exact`. Undefined for a text that holds nothing. Never throws.
 */
export function locate(text: string, location: string, exact = false): { line: number; column: number } | undefined {
  const { LineCounter, parseDocument } = yamlLibrary();
  const lines = new LineCounter();
  let node: unknown;
  try {
    node = parseDocument(text, { uniqueKeys: false, merge: true, lineCounter: lines, logLevel: "silent" }).contents;
  } catch {
    return undefined;
  }
  let place = offsetOf(node);
  for (let rest = location; rest !== ""; ) {
    const step = child(node, rest);
    if (step === undefined) {
      if (exact) return undefined;
      break;
    }
    ({ node, rest } = step);
    place = step.place ?? place;
  }
  if (place === undefined) return undefined;
  const { line, col } = lines.linePos(place);
  return { line, column: col };
}

interface Step {
  readonly node: unknown;
  readonly place: number | undefined;
  /** What is left of the location. */
  readonly rest: string;
}

/** One step down. A key may itself hold slashes and brackets: of the keys that fit, the longest. */
function child(node: unknown, location: string): Step | undefined {
  const { isCollection, isMap, isScalar, isSeq } = yamlLibrary();
  if (isSeq(node)) {
    const [whole, index] = /^(?:\/(?=\d)|\[)(\d+)\]?/.exec(location) ?? [];
    const item = index === undefined ? undefined : node.items[Number(index)];
    if (whole === undefined || item === undefined) return undefined;
    return { node: item, place: offsetOf(item), rest: location.slice(whole.length) };
  }
  if (!isMap(node)) return undefined;
  let best: Step | undefined;
  for (const { key, value } of node.items) {
    const name = `/${isScalar(key) ? key.value : key}`;
    const rest = location.slice(name.length);
    if (!location.startsWith(name) || !(rest === "" || rest.startsWith("/") || rest.startsWith("["))) continue;
    if (best !== undefined && rest.length > best.rest.length) continue;
    // A nested block may begin on the line below its key: then the key is the better place.
    best = { node: value, place: isCollection(value) ? offsetOf(key) : offsetOf(value), rest };
  }
  return best;
}

function offsetOf(node: unknown): number | undefined {
  return (node as Node | null | undefined)?.range?.[0];
}
