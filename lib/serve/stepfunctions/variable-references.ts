import jsonata from "jsonata";
import { isObject, type Json, type JsonObject } from "../../json.js";

/** Variables by the name of the state that refers to them, as DescribeStateMachine tells them. */
export type VariableReferences = Readonly<Record<string, readonly string[]>>;

/** The variables that the states of a definition refer to, sorted; states that refer to none are left out. */
export function variableReferences(definition: JsonObject): VariableReferences {
  const references: Record<string, readonly string[]> = {};
  addStates(definition, languageOf(definition, "JSONPath"), references);
  return references;
}

function addStates(block: JsonObject, language: string, references: Record<string, readonly string[]>): void {
  const { States: states } = block;
  if (!isObject(states)) return;
  for (const [name, state] of Object.entries(states)) {
    if (!isObject(state)) continue;
    const { Branches: branches, ItemProcessor: processor, Iterator: iterator, Result: _, ...own } = state;
    const found = new Set<string>();
    const isJsonata = languageOf(state, language) === "JSONata";
    for (const [field, value] of Object.entries(own)) addValue(field, value, isJsonata, found);
    if (found.size > 0) references[name] = [...found].sort();
    for (const inner of [processor, iterator, ...(Array.isArray(branches) ? branches : [])]) {
      if (isObject(inner)) addStates(inner, language, references);
    }
  }
}

function addValue(field: string, value: Json, isJsonata: boolean, found: Set<string>): void {
  if (Array.isArray(value)) for (const item of value) addValue(field, item, isJsonata, found);
  else if (isObject(value))
    for (const [name, member] of Object.entries(value)) addValue(name, member, isJsonata, found);
  else if (typeof value !== "string") return;
  else if (isJsonata) addJsonata(value, found);
  else if (field.endsWith(".$") || field.endsWith("Path") || field === "Variable") addPath(value, found);
}

/** A variable in a path or an intrinsic function; `$.` and `$$.` are none. */
const VARIABLE = /(?<![\w$])\$([\p{ID_Start}_][\p{ID_Continue}]*)/gu;
const QUOTED = /'(?:[^'\\]|\\.)*'/gs;

function addPath(path: string, found: Set<string>): void {
  for (const [, name = ""] of path.replace(QUOTED, "''").matchAll(VARIABLE)) found.add(name);
}

/** Functions that AWS adds to those of JSONata, and the variable that holds input and context. */
const RESERVED = ["states", "partition", "range", "hash", "random", "uuid", "parse"];

function addJsonata(text: string, found: Set<string>): void {
  const [, expression] = /^\{%(.*)%\}$/s.exec(text) ?? [];
  if (expression === undefined) return;
  const mentioned = new Set<string>();
  const bound = new Set(RESERVED);
  visit(parse(expression), mentioned, bound);
  for (const name of mentioned) if (name !== "" && name !== "$" && !bound.has(name)) found.add(name);
}

/** Collects the variables of a syntax tree, and those of them that the expression binds itself or calls as functions. */
function visit(node: unknown, mentioned: Set<string>, bound: Set<string>): void {
  if (Array.isArray(node)) for (const each of node) visit(each, mentioned, bound);
  if (!isNode(node)) return;
  const name = (part: unknown) => (isNode(part) && typeof part["value"] === "string" ? part["value"] : "");
  if (node["type"] === "variable") mentioned.add(name(node));
  if (node["type"] === "bind") bound.add(name(node["lhs"]));
  if (node["type"] === "function") bound.add(name(node["procedure"]));
  if (node["type"] === "lambda" && Array.isArray(node["arguments"])) {
    for (const argument of node["arguments"]) bound.add(name(argument));
  }
  for (const child of Object.values(node)) visit(child, mentioned, bound);
}

function isNode(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof RegExp);
}

function parse(expression: string): unknown {
  try {
    return jsonata(expression).ast();
  } catch {
    // What does not parse has been refused at creation.
    return undefined;
  }
}

function languageOf(part: JsonObject, otherwise: string): string {
  const { QueryLanguage: language } = part;
  return typeof language === "string" ? language : otherwise;
}
