import type jsonata from "jsonata";
import { digest } from "../intrinsics/hash.js";
import { seededRandom } from "../java-random.js";

/** Texts and lists that a function may make at once. */
const MAX_SIZE = 1_000_000;

type Optional<T> = T | undefined;

type Implementation = (...args: never[]) => unknown;

/** Functions that Step Functions adds to JSONata, and one of JSONata's own that has to know a limit. */
const FUNCTIONS: readonly (readonly [name: string, implementation: Implementation, signature: string])[] = [
  ["partition", partition, "<an:a>"],
  ["range", range, "<nnn:a>"],
  ["hash", hash, "<ss:s>"],
  ["parse", parse, "<s:x>"],
  ["pad", pad, "<s-ns?:s>"],
];

/** Makes those functions known that an expression mentions. */
export function registerFunctions(expression: jsonata.Expression, mentioned: ReadonlySet<string>): void {
  for (const [name, implementation, signature] of FUNCTIONS) {
    if (mentioned.has(name)) expression.registerFunction(name, implementation as () => unknown, signature);
  }
  // $eval does not exist in the States language: calling it is calling no function.
  if (mentioned.has("eval")) expression.assign("eval", undefined);
}

/** $random([seed]): 0 included, 1 not. */
export function randomFunction(random: () => number): (seed?: number) => number {
  return (seed) => (seed === undefined ? random() : seededRandom(Math.floor(seed)));
}

function partition(array: Optional<unknown[]>, size: Optional<number>): Optional<unknown[][]> {
  if (array === undefined || size === undefined) return undefined;
  const length = Math.floor(size);
  if (length <= 0) throw new Error("Argument 2 of function partition must be a positive integer");
  const chunks: unknown[][] = [];
  for (let at = 0; at < array.length; at += length) chunks.push(array.slice(at, at + length));
  return chunks;
}

/** Both ends are in the range. */
function range(first: Optional<number>, last: Optional<number>, by: Optional<number>): Optional<number[]> {
  if (first === undefined || last === undefined || by === undefined) return undefined;
  const [from, to, step] = [Math.floor(first), Math.floor(last), Math.floor(by)];
  if (step === 0) throw new Error("Argument 3 of function range must not be 0");
  const count = Math.max(0, Math.floor((to - from) / step) + 1);
  if (count > MAX_SIZE) throw new Error(`Function range makes more than ${MAX_SIZE} items`);
  return Array.from({ length: count }, (_, i) => from + i * step);
}

function hash(text: Optional<string>, algorithm: Optional<string>): Optional<string> {
  if (text === undefined || algorithm === undefined) return undefined;
  const hex = digest(text, algorithm);
  if (hex === null) throw new Error(`Argument 2 of function hash is not a supported algorithm: ${algorithm}`);
  return hex;
}

function parse(text: Optional<string>): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw new Error("Argument 1 of function parse is not JSON");
  }
}

/** $pad as JSONata has it, with a limit. A negative width pads on the left. */
function pad(text: Optional<string>, width: Optional<number>, fill = " "): Optional<string> {
  if (text === undefined || width === undefined) return undefined;
  const missing = Math.abs(Math.trunc(width)) - Array.from(text).length;
  if (missing <= 0) return text;
  if (missing > MAX_SIZE) throw new Error(`Function pad makes more than ${MAX_SIZE} characters`);
  const characters = Array.from(fill === "" ? " " : fill);
  const padding = Array.from({ length: missing }, (_, i) => characters[i % characters.length]).join("");
  return width < 0 ? padding + text : text + padding;
}
