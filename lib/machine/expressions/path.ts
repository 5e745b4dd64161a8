import type { Json } from "../../json.js";
import { DefinitionError, StateFailure } from "../failure.js";
import { type Evaluate, lookUp, type Scope } from "../scope.js";
import { explain } from "./jsonpath/explain.js";
import { member } from "./jsonpath/member.js";
import { type ParsedPath, parsePath } from "./jsonpath/parser.js";
import { PathSyntaxError } from "./jsonpath/path-syntax-error.js";
import { isDefinite, type Segment } from "./jsonpath/segments.js";
import { compileSegments } from "./jsonpath/select.js";

/** A JSONPath, compiled once. The dialect is that of Jayway JsonPath, which is what Step Functions runs. */
export interface CompiledPath {
  /** The path as it was written. */
  readonly text: string;
  /** The path is `$`: the data itself. */
  readonly isRoot: boolean;
  /** What the path begins with: `$`, `$$` or `$name`. */
  readonly root: "data" | "context" | { readonly variable: string };
  /** The names and indices of a path that is nothing but those, in order (indices as digits); null for any other. */
  readonly keys: readonly string[] | null;
  /** The path leads to at most one value. Any other gives an array of what it finds. */
  readonly definite: boolean;
  /** The value, or undefined when the path finds nothing. */
  readonly get: (scope: Scope) => Json | undefined;
  /** The value. Throws StateFailure `States.Runtime` when the path finds nothing. */
  readonly read: Evaluate;
  /** The value and whether there is one; `value` is null when there is none. */
  find(scope: Scope): { found: boolean; value: Json };
}

/** Compiles a JSONPath: `$.a[0]`, `$$.Execution.Id`, `$variable.a`. Throws DefinitionError when it is not one. */
export function compilePath(text: string): CompiledPath {
  const { root, segments } = parse(text);
  const get = compileGet(root, segments);
  return {
    text,
    isRoot: root === "data" && segments.length === 0,
    root,
    keys: plainKeys(segments),
    definite: segments.every(isDefinite),
    get,
    read: (scope) => {
      const value = get(scope);
      if (value === undefined) throw new StateFailure("States.Runtime", whyNothing(text, root, segments, scope));
      return value;
    },
    find: (scope) => {
      const value = get(scope);
      return value === undefined ? { found: false, value: null } : { found: true, value };
    },
  };
}

function parse(text: string): ParsedPath {
  try {
    return parsePath(text);
  } catch (error) {
    if (error instanceof PathSyntaxError) throw new DefinitionError(`Value is not a valid JSONPath: ${error.message}`);
    throw error;
  }
}

function plainKeys(segments: readonly Segment[]): readonly string[] | null {
  const keys: string[] = [];
  for (const segment of segments) {
    const all = segment.kind === "names" ? segment.names : segment.kind === "indices" ? segment.indices : [];
    const [key] = all;
    if (key === undefined || all.length > 1 || (typeof key === "number" && key < 0)) return null;
    keys.push(String(key));
  }
  return keys;
}

type Get = CompiledPath["get"];

function compileGet(root: CompiledPath["root"], segments: readonly Segment[]): Get {
  const read = readRoot(root);
  if (innerUnion(segments) !== null) return () => undefined;
  const names = plainNames(segments);
  if (names !== null) return chain(read, names, root === "data");
  const select = compileSegments(segments);
  return (scope) => {
    const value = read(scope);
    return value === undefined ? undefined : select(value, value);
  };
}

function readRoot(root: CompiledPath["root"]): Get {
  if (root === "data") return (scope) => scope.data;
  if (root === "context") return (scope) => scope.context();
  const { variable } = root;
  return (scope) => lookUp(scope.variables, variable);
}

function plainNames(segments: readonly Segment[]): readonly string[] | null {
  const names = segments.flatMap((one) => (one.kind === "names" && one.names.length === 1 ? one.names : []));
  return names.length === segments.length ? names : null;
}

/** The hot case, a few names after `$`, without a loop. */
function chain(read: Get, names: readonly string[], fromData: boolean): Get {
  const [a, b, c, ...more] = names;
  if (a === undefined) return read;
  if (fromData && b === undefined) return (scope) => member(scope.data, a);
  if (fromData && b !== undefined && c === undefined) return (scope) => member(member(scope.data, a), b);
  if (fromData && b !== undefined && c !== undefined && more.length === 0) {
    return (scope) => member(member(member(scope.data, a), b), c);
  }
  return (scope) => {
    let value = read(scope);
    for (const name of names) value = member(value, name);
    return value;
  };
}

/** A union of names that is not the end of a path: accepted in a definition, refused when it is read. */
function innerUnion(segments: readonly Segment[]): readonly string[] | null {
  for (const segment of segments.slice(0, -1)) {
    if (segment.kind === "names" && segment.names.length > 1) return segment.names;
  }
  return null;
}

/** The cause of a path that finds nothing, such as `Invalid path '$.X' : No results for path: $['X']`. */
function whyNothing(text: string, root: CompiledPath["root"], segments: readonly Segment[], scope: Scope): string {
  const union = innerUnion(segments);
  const value = readRoot(root)(scope);
  if (value === undefined) return `Invalid path '${text}' : The variable has not been assigned`;
  if (value === null) return "Unable to apply Path transformation to null or empty input.";
  const names = union?.map((name) => `'${name}'`).join(", ");
  const why =
    names === undefined ? explain(segments, value) : `Multi properties can only be used as path leafs: $[${names}]`;
  return `Invalid path '${text}' : ${why}`;
}
