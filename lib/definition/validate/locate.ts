import type { Node, Scalar } from "yaml";
import { yamlLibrary } from "../load/yaml-library.js";

/** 1-based. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/**
 * The place of what a location names: `/States/Sort/Choices[0]/Next`, or `/States/Sort/Choices/0/Next`. Where the text
 * does not go that far, the nearest place around it, or undefined when it must be `exact`.
 */
export type Locate = (location: string, exact?: boolean) => Place | undefined;

/** `locator` for one location. */
export function locate(text: string, location: string, exact = false): Place | undefined {
  return locator(text)(location, exact);
}

/**
 * Finds places in a JSON or YAML text, which is parsed once. Locations go on inside a YAML block that is itself such a
 * text. Nothing is found in a text that holds nothing. Never throws.
 */
export function locator(text: string): Locate {
  const { LineCounter, parseDocument } = yamlLibrary();
  const lines = new LineCounter();
  const blocks = new Map<Scalar, Locate>();
  let root: unknown;
  try {
    root = parseDocument(text, { uniqueKeys: false, merge: true, lineCounter: lines, logLevel: "silent" }).contents;
  } catch {
    return () => undefined;
  }

  return (location, exact = false) => {
    let node = root;
    let place = offsetOf(node);
    for (let rest = location; rest !== ""; ) {
      const step = child(node, rest);
      if (step === undefined) {
        const within = isBlock(node) ? inside(node)(rest, exact) : undefined;
        if (within !== undefined || exact) return within;
        break;
      }
      ({ node, rest } = step);
      place = step.place ?? place;
    }
    if (place === undefined) return undefined;
    const { line, col } = lines.linePos(place);
    return { line, column: col };
  };

  function inside(block: Scalar): Locate {
    const known = blocks.get(block);
    if (known !== undefined) return known;
    const [from, to] = block.range ?? [0, 0];
    const [, ...content] = text.slice(from, to).split("\n");
    const indent = content.find((line) => line.trim() !== "")?.search(/\S/) ?? 0;
    const { line: header } = lines.linePos(from);
    const within = locator(content.map((line) => line.slice(indent)).join("\n"));
    const found: Locate = (location, exact) => {
      const place = within(location, exact);
      return place && { line: place.line + header, column: place.column + indent };
    };
    blocks.set(block, found);
    return found;
  }
}

/** Text of several lines that stands as it is: `|` or `>`. */
function isBlock(node: unknown): node is Scalar {
  const { isScalar } = yamlLibrary();
  return isScalar(node) && (node.type === "BLOCK_LITERAL" || node.type === "BLOCK_FOLDED");
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
