import { isObject, type Json } from "../../json.js";
import { StateFailure } from "../failure.js";

/** Where ResultPath puts a result. */
export interface ReferencePath {
  readonly text: string;
  readonly isRoot: boolean;
  write(target: Json, value: Json): Json;
}

export function compileReferencePath(text: string): ReferencePath {
  const keys = [...text.slice(1).matchAll(/[\w-]+/g)].map((part) => part[0]);
  const put = (target: Json | undefined, at: number, value: Json): Json => {
    const key = keys[at];
    if (key === undefined) return value;
    if (target !== undefined && !isObject(target)) throw new StateFailure("States.ResultPathMatchFailure", text);
    const copy: Record<string, Json> = Object.assign({}, target);
    copy[key] = put(target?.[key], at + 1, value);
    return copy;
  };
  return { text, isRoot: keys.length === 0, write: (target, value) => put(target, 0, value) };
}
