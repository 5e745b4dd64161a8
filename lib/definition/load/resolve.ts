import { isObject, type Json } from "../../json.js";
import { own, setOwn } from "./own.js";
import type { Stack } from "./stack.js";

/** Deep enough for any template, shallow enough for the call stack. */
const MAX_DEPTH = 500;

/** Works out an intrinsic function; `undefined` is AWS::NoValue. */
type Intrinsic = (stack: Stack, argument: Json, path: string, depth: number) => Json | undefined;

/** A value of a template with its intrinsic functions worked out. What is AWS::NoValue is left out. */
export function resolve(stack: Stack, value: Json, path: string, depth = 0): Json | undefined {
  if (depth > MAX_DEPTH) throw stack.error(path, "is nested too deeply");
  if (Array.isArray(value)) {
    return value.map((item, i) => resolve(stack, item, `${path}/${i}`, depth + 1)).filter((item) => item !== undefined);
  }
  if (!isObject(value)) return value;
  const entries = Object.entries(value);
  const [only] = entries;
  if (entries.length === 1 && only !== undefined) {
    const [name, argument] = only;
    const intrinsic = own(INTRINSICS, name);
    if (intrinsic !== undefined) return intrinsic(stack, argument, `${path}/${name}`, depth + 1);
    if (name.startsWith("Fn::")) throw stack.error(path, `${name} is not supported`);
  }
  const resolved: Record<string, Json> = {};
  for (const [key, item] of entries) {
    const found = resolve(stack, item, `${path}/${key}`, depth + 1);
    if (found !== undefined) setOwn(resolved, key, found);
  }
  return resolved;
}

const INTRINSICS: Readonly<Record<string, Intrinsic>> = {
  Ref: (stack, argument, path) => stack.ref(string(stack, argument, path), path),
  "Fn::GetAtt": (stack, argument, path, depth) => {
    const parts = typeof argument === "string" ? splitOnce(argument, ".") : strings(stack, argument, path, depth);
    const [id, ...attribute] = parts;
    if (id === undefined || attribute.length === 0) throw stack.error(path, "must be a logical id and an attribute");
    return stack.attribute(id, attribute.join("."), path);
  },
  "Fn::Join": (stack, argument, path, depth) => {
    const [separator, items] = list(stack, argument, path, depth, 2);
    return strings(stack, items ?? null, path, depth).join(string(stack, separator, path));
  },
  "Fn::Split": (stack, argument, path, depth) => {
    const [separator, text] = list(stack, argument, path, depth, 2);
    return string(stack, text, path).split(string(stack, separator, path));
  },
  "Fn::Select": (stack, argument, path, depth) => {
    const [index, items] = list(stack, argument, path, depth, 2);
    const place = string(stack, index, path);
    const found = Array.isArray(items) ? items[Number(place)] : undefined;
    if (found === undefined) throw stack.error(path, `the list has no element ${place}`);
    return found;
  },
  "Fn::Sub": substitute,
  "Fn::FindInMap": (stack, argument, path, depth) => {
    const [map, first, second, options] = list(stack, argument, path, depth);
    const [name, key, field] = [map, first, second].map((item) => string(stack, item, path)) as [
      string,
      string,
      string,
    ];
    const entry = own(own(stack.template.mappings, name) ?? {}, key);
    const found = isObject(entry) ? own(entry, field) : undefined;
    const value = found ?? (isObject(options) ? options.DefaultValue : undefined);
    if (value === undefined) throw stack.error(path, `the mapping ${name}/${key}/${field} is not there`);
    return value;
  },
  "Fn::ImportValue": (stack, argument, path, depth) => {
    const name = string(stack, resolve(stack, argument, path, depth), path);
    const value = stack.context.importValue(name);
    if (value === undefined) throw stack.error(path, `no stack here exports ${name}`);
    return value;
  },
  "Fn::If": (stack, argument, path, depth) => {
    if (!Array.isArray(argument) || argument.length !== 3) throw stack.error(path, "must be a list of 3");
    const holds = stack.condition(string(stack, argument[0], path), path);
    return resolve(stack, argument[holds ? 1 : 2] as Json, `${path}/${holds ? 1 : 2}`, depth);
  },
  "Fn::Equals": (stack, argument, path, depth) => {
    const [left, right] = list(stack, argument, path, depth, 2);
    const isStructured = typeof left === "object" || typeof right === "object";
    return isStructured ? JSON.stringify(left) === JSON.stringify(right) : String(left) === String(right);
  },
  "Fn::And": (stack, argument, path, depth) => conditions(stack, argument, path, depth).every((holds) => holds),
  "Fn::Or": (stack, argument, path, depth) => conditions(stack, argument, path, depth).some((holds) => holds),
  "Fn::Not": (stack, argument, path, depth) => !conditions(stack, argument, path, depth)[0],
  "Fn::Base64": (stack, argument, path, depth) =>
    Buffer.from(string(stack, resolve(stack, argument, path, depth), path)).toString("base64"),
  "Fn::GetAZs": (stack, argument, path, depth) => {
    const region = string(stack, resolve(stack, argument, path, depth), path) || stack.context.environment.region;
    return ["a", "b", "c"].map((zone) => region + zone);
  },
  "Fn::Length": (stack, argument, path, depth) => list(stack, argument, path, depth).length,
  "Fn::ToJsonString": (stack, argument, path, depth) => JSON.stringify(resolve(stack, argument, path, depth)),
};

/** `${Name}`, `${Resource.Attribute}`, and `${!Literal}` which becomes `${Literal}`. */
function substitute(stack: Stack, argument: Json, path: string, depth: number): Json {
  const [template, given] = Array.isArray(argument) ? argument : [argument, {}];
  const values = isObject(given) ? given : {};
  return string(stack, template, path).replace(/\$\{([^}]*)\}/g, (_, inner: string) => {
    const name = inner.trim();
    if (name.startsWith("!")) return `\${${name.slice(1)}}`;
    const value = own(values, name);
    const found = value === undefined ? named(stack, name, path) : resolve(stack, value, `${path}/${name}`, depth);
    return found === undefined ? "" : string(stack, found, path);
  });
}

function named(stack: Stack, name: string, path: string): Json | undefined {
  const [id, attribute] = splitOnce(name, ".");
  const isResource = id !== undefined && own(stack.template.resources, id) !== undefined;
  if (!isResource || attribute === undefined) return stack.ref(name, path);
  return attribute === "Alias" || attribute === "Version"
    ? stack.ref(name, path)
    : stack.attribute(id, attribute, path);
}

/** The arguments of a logical function: nested functions, or `{Condition: name}`. */
function conditions(stack: Stack, argument: Json, path: string, depth: number): boolean[] {
  if (!Array.isArray(argument)) throw stack.error(path, "must be a list of conditions");
  return argument.map((item: Json) => {
    const name = isObject(item) && Object.keys(item).length === 1 ? item.Condition : undefined;
    return typeof name === "string" ? stack.condition(name, path) : resolve(stack, item, path, depth) === true;
  });
}

function list(stack: Stack, argument: Json, path: string, depth: number, length?: number): readonly Json[] {
  const resolved = resolve(stack, argument, path, depth);
  if (!Array.isArray(resolved)) throw stack.error(path, "must be a list");
  if (length !== undefined && resolved.length !== length) throw stack.error(path, `must be a list of ${length}`);
  return resolved;
}

function strings(stack: Stack, argument: Json, path: string, depth: number): string[] {
  return list(stack, argument, path, depth).map((item) => string(stack, item, path));
}

function string(stack: Stack, value: Json | undefined, path: string): string {
  if (value === undefined || value === null || typeof value === "object") throw stack.error(path, "must be a string");
  return String(value);
}

function splitOnce(text: string, separator: string): string[] {
  const at = text.indexOf(separator);
  return at === -1 ? [text] : [text.slice(0, at), text.slice(at + separator.length)];
}
