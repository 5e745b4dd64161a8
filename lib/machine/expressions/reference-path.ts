import { isObject, type Json } from "../../json.js";
import { DefinitionError, StateFailure } from "../failure.js";
import { copyObject, setMember } from "./jsonpath/member.js";
import { parsePath } from "./jsonpath/parser.js";
import { PathSyntaxError } from "./jsonpath/path-syntax-error.js";

/** A path that names one place, which a value can be written to: `ResultPath`. */
export interface ReferencePath {
  /** The path as it was written. */
  readonly text: string;
  /** The path is `$`: the value replaces the target. */
  readonly isRoot: boolean;
  /**
   * The target with the value at this place. Objects that are missing on the way are made. Each level on the way is
   * copied, all else is shared; the target is not changed. Throws StateFailure `States.ResultPathMatchFailure`
   * where the way leads through something that is no object, or to an index that an array does not have.
   */
  write(target: Json, value: Json): Json;
}

type Write = (target: Json | undefined, value: Json) => Json;

/** Compiles a reference path: `$`, and names and indices after it. Throws DefinitionError for anything else. */
export function compileReferencePath(text: string): ReferencePath {
  const keys = parseKeys(text);
  const fail = (target: Json): never => {
    throw new StateFailure(
      "States.ResultPathMatchFailure",
      `Unable to apply ReferencePath ${text} to input ${JSON.stringify(target)}`,
    );
  };
  const write = keys.reduceRight<Write>(
    (next, key) => (typeof key === "number" ? writeItem(key, next) : writeMember(key, next)),
    (_target, value) => value,
  );
  return {
    text,
    isRoot: keys.length === 0,
    write: (target, value) => {
      try {
        return write(target, value);
      } catch (error) {
        return error === MISMATCH ? fail(target) : raise(error);
      }
    },
  };
}

/** Thrown from within a write; the outermost level knows the whole target, which the failure shows. */
const MISMATCH = new Error("the place is not in the target");

function raise(error: unknown): never {
  throw error;
}

function writeMember(name: string, next: Write): Write {
  return (target, value) => {
    if (target !== undefined && !isObject(target)) throw MISMATCH;
    const copy = copyObject(target);
    const current = target !== undefined && Object.hasOwn(target, name) ? target[name] : undefined;
    setMember(copy, name, next(current, value));
    return copy;
  };
}

function writeItem(index: number, next: Write): Write {
  return (target, value) => {
    if (!Array.isArray(target) || index >= target.length) throw MISMATCH;
    const copy: Json[] = target.slice();
    copy[index] = next(copy[index], value);
    return copy;
  };
}

function parseKeys(text: string): readonly (string | number)[] {
  const { root, segments } = parse(text);
  if (root !== "data") throw notReference();
  return segments.map((segment) => {
    const all = segment.kind === "names" ? segment.names : segment.kind === "indices" ? segment.indices : [];
    const [key] = all;
    if (key === undefined || all.length > 1 || (typeof key === "number" && key < 0)) throw notReference();
    return key;
  });
}

function parse(text: string): ReturnType<typeof parsePath> {
  try {
    return parsePath(text);
  } catch (error) {
    throw error instanceof PathSyntaxError ? notReference() : error;
  }
}

function notReference(): DefinitionError {
  return new DefinitionError("Value is not a Reference Path");
}
