import { isObject, type Json, type JsonObject } from "../../../json.js";
import { member, setMember } from "./member.js";
import { isDefinite, type Segment } from "./segments.js";

/** What a chain of segments finds in `value`; undefined when it finds nothing. `root` is what `$` is in filters. */
type Select = (value: Json, root: Json) => Json | undefined;

/** Passes on every value that a segment leads to. */
type Visit = (value: Json, root: Json, out: Json[]) => void;

/** Compiles segments. An indefinite chain gives an array, empty when its definite beginning is there. */
export function compileSegments(segments: readonly Segment[]): Select {
  const cut = segments.findIndex((segment) => !isDefinite(segment));
  const rest = cut < 0 ? [] : segments.slice(cut);
  const head = compileDefinite(cut < 0 ? segments : segments.slice(0, cut));
  const [first] = rest;
  if (first === undefined) return head;
  const visit = compileVisit(rest);
  return (value, root) => {
    const at = head(value, root);
    if (at === undefined || !accepts(first, at)) return undefined;
    const out: Json[] = [];
    visit(at, root, out);
    return out;
  };
}

/** What the first indefinite segment of a path insists on. */
function accepts(segment: Segment, value: Json): boolean {
  if (segment.kind === "indices" || segment.kind === "slice") return Array.isArray(value);
  return segment.kind !== "filter" || (typeof value === "object" && value !== null);
}

function compileDefinite(segments: readonly Segment[]): Select {
  let select: Select = (value) => value;
  for (const segment of segments) {
    const before = select;
    const step = definiteStep(segment);
    select = (value, root) => {
      const at = before(value, root);
      return at === undefined ? undefined : step(at);
    };
  }
  return select;
}

function definiteStep(segment: Segment): (value: Json) => Json | undefined {
  if (segment.kind === "names") {
    const [name, ...more] = segment.names;
    if (name !== undefined && more.length === 0) return (value) => member(value, name);
    return (value) => merged(value, segment.names);
  }
  if (segment.kind === "indices") {
    const index = segment.indices[0] ?? 0;
    return (value) => (Array.isArray(value) ? value.at(index) : undefined);
  }
  return segment.kind === "call" && segment.name === "length" ? length : () => undefined;
}

/** The only function of JSONPath that AWS is known to run; others find nothing. */
function length(value: Json): Json | undefined {
  if (Array.isArray(value)) return value.length;
  return isObject(value) ? Object.keys(value).length : undefined;
}

/** A union of names gives one object with those members that are there. */
function merged(value: Json, names: readonly string[]): Json | undefined {
  if (!isObject(value)) return undefined;
  const out: Record<string, Json> = {};
  for (const name of names) {
    const one = member(value, name);
    if (one !== undefined) setMember(out, name, one);
  }
  return out;
}

function compileVisit(segments: readonly Segment[]): Visit {
  const [segment, ...after] = segments;
  if (segment === undefined) return (value, _root, out) => void out.push(value);
  if (segment.kind === "scan") return compileScan(after);
  const next = compileVisit(after);
  switch (segment.kind) {
    case "wildcard":
      return (value, root, out) => {
        if (typeof value !== "object" || value === null) return;
        for (const child of childrenOf(value)) next(child, root, out);
      };
    case "filter":
      return visitFilter(segment.test, next);
    case "slice":
      return visitIndices((length) => sliceIndices(segment.from, segment.to, length), next);
    case "indices":
      return visitIndices(() => segment.indices, next);
    default: {
      const step = definiteStep(segment);
      return (value, root, out) => {
        const found = step(value);
        if (found !== undefined) next(found, root, out);
      };
    }
  }
}

/** A filter picks items of an array; an object is itself kept or dropped. */
function visitFilter(test: (item: Json, root: Json) => boolean, next: Visit): Visit {
  return (value, root, out) => {
    if (Array.isArray(value)) {
      for (const item of value as readonly Json[]) if (test(item, root)) next(item, root, out);
    } else if (isObject(value) && test(value, root)) {
      next(value, root, out);
    }
  };
}

function childrenOf(container: JsonObject | readonly Json[]): readonly Json[] {
  return Array.isArray(container) ? container : Object.values(container);
}

function visitIndices(indices: (length: number) => readonly number[], next: Visit): Visit {
  return (value, root, out) => {
    if (!Array.isArray(value)) return;
    for (const index of indices(value.length)) {
      const item: Json | undefined = value.at(index);
      if (item !== undefined) next(item, root, out);
    }
  };
}

/**
 * The indices of a slice, as Jayway counts them: a bound alone may be negative, but with two bounds each index in
 * [from, to) is looked up by itself. So `[-3:-1]` is as one expects, `[1:-1]` is empty, and `[-1:1]` is the last
 * and the first item.
 */
function sliceIndices(from: number | null, to: number | null, length: number): readonly number[] {
  let [start, end] = [from ?? 0, Math.min(to ?? length, length)];
  if (to === null) start = start < 0 ? Math.max(0, length + start) : start;
  if (from === null && end < 0) end = length + end;
  start = Math.max(start, -length);
  return start < end ? Array.from({ length: end - start }, (_, i) => start + i) : [];
}

/** Deep scan: the container itself first, then what is in it. */
function compileScan(segments: readonly Segment[]): Visit {
  const [target, ...after] = segments;
  if (target === undefined) return () => {};
  const visit = compileVisit(segments);
  const visitAfter = after.length === 0 ? null : compileVisit(after);
  const walk: Visit = (value, root, out) => {
    if (typeof value !== "object" || value === null) return;
    if (scans(target, value, root)) {
      if (visitAfter === null || !Array.isArray(value)) visit(value, root, out);
      // Jayway goes on with every item of an array here, whatever the target selects: `$..[0].a` is `a` of all.
      else for (const item of value as readonly Json[]) visitAfter(item, root, out);
    }
    for (const child of childrenOf(value)) walk(child, root, out);
  };
  return walk;
}

function scans(target: Segment, value: Json, root: Json): boolean {
  switch (target.kind) {
    case "names":
      return target.names.every((name) => member(value, name) !== undefined);
    case "indices":
    case "slice":
      return Array.isArray(value);
    case "filter":
      return target.test(value, root);
    default:
      return target.kind === "wildcard";
  }
}
