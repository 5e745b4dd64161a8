import type { Json } from "../../../json.js";
import { lookUp } from "../../scope.js";
import type { JsonataBindings } from "../jsonata.js";
import { member } from "../jsonpath/member.js";
import { type AstNode, nodesOf } from "./ast.js";

/** Reads a value without the evaluator; undefined is JSONata's nothing. */
type PlainRead = (bindings: JsonataBindings) => Json | undefined;

/**
 * A synchronous closure for the expressions that most fields are: a literal, a variable, or names after a variable.
 * Null for any other. It gives what the evaluator gives, arrays on the way included.
 */
export function compilePlain(node: AstNode): PlainRead | null {
  if (!onlyHas(node, node.type === "path" ? PATH : LEAF)) return null;
  switch (node.type) {
    case "string":
    case "number":
    case "value": {
      const value = node.value as Json;
      return () => value;
    }
    case "variable":
      return readVariable(String(node.value), null);
    case "path":
      return compileChain(nodesOf(node.steps));
    default:
      return null;
  }
}

const LEAF = new Set(["type", "value", "position"]);
const PATH = new Set(["type", "steps"]);

/** A node with anything more, such as a filter or `[]`, means something else. */
function onlyHas(node: AstNode, members: ReadonlySet<string>): boolean {
  return Object.keys(node).every((name) => members.has(name));
}

function compileChain(steps: readonly AstNode[]): PlainRead | null {
  const [first, ...rest] = steps;
  if (first?.type !== "variable" || !steps.every((step) => onlyHas(step, LEAF))) return null;
  if (!rest.every((step) => step.type === "name" && typeof step.value === "string")) return null;
  const names = rest.map((step) => String(step.value));
  const variable = String(first.value);
  if (variable !== "states") return readVariable(variable, names);
  const [field, ...more] = names;
  return field === undefined ? null : follow(readState(field), more);
}

/** `$states` alone is left to the evaluator. */
function readVariable(name: string, names: readonly string[] | null): PlainRead | null {
  if (name === "" || name === "$" || name === "states") return null;
  const read: PlainRead = (bindings) => lookUp(bindings.variables, name);
  return names === null ? read : follow(read, names);
}

function readState(field: string): PlainRead {
  switch (field) {
    case "input":
      return ({ states }) => states.input;
    case "result":
      return ({ states }) => states.result;
    case "errorOutput":
      return ({ states }) => states.errorOutput;
    case "context":
      return ({ states }) => states.context();
    default:
      return () => undefined;
  }
}

function follow(read: PlainRead, names: readonly string[]): PlainRead {
  if (names.length === 0) return read;
  return (bindings) => {
    let value = read(bindings);
    for (let index = 0; index < names.length; index += 1) {
      if (Array.isArray(value)) return followAll(value, names.slice(index));
      value = member(value, names[index] as string);
    }
    return value;
  };
}

/**
 * The rest of a path from an array on: a step is taken from each item and what it gives is flattened, one level. At
 * the end nothing is undefined, and one item that was gathered stands for itself.
 */
function followAll(items: readonly Json[], names: readonly string[]): Json | undefined {
  let input: readonly Json[] = items;
  for (const [index, name] of names.entries()) {
    const isLast = index === names.length - 1;
    const results = input.map((item) => step(item, name)).filter((one) => one !== undefined);
    const [only] = results;
    if (isLast && results.length === 1 && only !== undefined && Array.isArray(only.value) && !only.gathered) {
      return only.value;
    }
    input = results.flatMap((one) => one.value);
    if (input.length === 0) return undefined;
  }
  return input.length === 1 ? input[0] : input;
}

/** What a name gives for one item. `gathered` tells a list the evaluator made from an array of the data. */
function step(item: Json, name: string): { readonly value: Json; readonly gathered: boolean } | undefined {
  if (!Array.isArray(item)) {
    const value = member(item, name);
    return value === undefined ? undefined : { value, gathered: false };
  }
  const found = gather(item, name);
  const [first] = found;
  if (first === undefined) return undefined;
  return found.length === 1 ? { value: first, gathered: false } : { value: found, gathered: true };
}

function gather(items: readonly Json[], name: string): readonly Json[] {
  return items.flatMap((item): Json | readonly Json[] => {
    if (Array.isArray(item)) return gather(item, name);
    const value = member(item, name);
    return value === undefined ? [] : value;
  });
}
