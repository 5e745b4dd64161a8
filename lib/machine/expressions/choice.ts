import { isObject, type Json, type JsonObject } from "../../json.js";
import { DefinitionError, StateFailure } from "../failure.js";
import type { Evaluate, Scope } from "../scope.js";
import { type Comparison, comparisonOf, typeTestOf } from "./choice-operators.js";
import { type CompiledPath, compilePath } from "./path.js";

/** Tells whether a rule of a Choice state applies. Throws StateFailure `States.Runtime` for a path to nothing. */
type ChoiceTest = (scope: Scope) => boolean;

/** Members of a rule that are no operator. */
const OTHER_FIELDS = new Set(["Variable", "Next", "Comment", "Assign", "Output"]);

/** Compiles a JSONPath rule. `path` is where it is, such as `/States/X/Choices[0]`. Throws DefinitionError. */
export function compileChoiceRule(rule: JsonObject, path: string): ChoiceTest {
  const operators = Object.keys(rule).filter((key) => !OTHER_FIELDS.has(key));
  const [operator, another] = operators;
  if (operator === undefined) throw new DefinitionError("A Choice rule needs an operator", path);
  if (another !== undefined) {
    throw new DefinitionError(`A Choice rule has exactly one operator, not ${operators.join(" and ")}`, path);
  }
  const value = rule[operator] ?? null;
  const at = `${path}/${operator}`;
  if (operator === "And" || operator === "Or") return compileMany(operator, value, at);
  if (operator === "Not") {
    const test = compileChoiceRule(requireRule(value, at), at);
    return (scope) => !test(scope);
  }
  return compileDataTest(operator, rule.Variable, value, path);
}

function compileMany(operator: "And" | "Or", value: Json, path: string): ChoiceTest {
  if (!Array.isArray(value) || value.length === 0) {
    throw new DefinitionError("Value must be an array of rules that is not empty", path);
  }
  const tests = value.map((one: Json, index) => {
    const at = `${path}[${index}]`;
    return compileChoiceRule(requireRule(one, at), at);
  });
  return operator === "And"
    ? (scope) => tests.every((test) => test(scope))
    : (scope) => tests.some((test) => test(scope));
}

function requireRule(value: Json, path: string): JsonObject {
  if (!isObject(value)) throw new DefinitionError("Value must be a Choice rule, an object", path);
  return value;
}

function compileDataTest(operator: string, variable: Json | undefined, value: Json, path: string): ChoiceTest {
  if (typeof variable !== "string") throw new DefinitionError("A Choice rule needs a Variable, a path", path);
  const compiled = compileAt(variable, `${path}/Variable`);
  const typeTest = typeTestOf(operator);
  if (typeTest !== null || operator === "IsPresent") {
    if (typeof value !== "boolean") throw new DefinitionError("Value must be a boolean", `${path}/${operator}`);
    if (typeTest === null) return (scope) => (compiled.get(scope) !== undefined) === value;
    const read = readVariable(compiled);
    return (scope) => typeTest(read(scope)) === value;
  }
  const byPath = operator.endsWith("Path");
  const comparison = comparisonOf(byPath ? operator.slice(0, -"Path".length) : operator);
  if (comparison === null || (byPath && !comparison.hasPathForm)) {
    throw new DefinitionError(`Field '${operator}' is not supported`, `${path}/${operator}`);
  }
  return byPath
    ? compareWithPath(compiled, comparison, value, `${path}/${operator}`)
    : compareWithValue(compiled, comparison, value, `${path}/${operator}`);
}

function compareWithValue(variable: CompiledPath, comparison: Comparison, value: Json, path: string): ChoiceTest {
  const test = comparison.with(value);
  if (test === null) throw new DefinitionError(`Value must be ${comparison.expects}`, path);
  const read = readVariable(variable);
  return (scope) => test(read(scope));
}

function compareWithPath(variable: CompiledPath, comparison: Comparison, other: Json, path: string): ChoiceTest {
  if (typeof other !== "string") throw new DefinitionError("Value must be a path", path);
  const [read, readOther] = [readVariable(variable), readVariable(compileAt(other, path))];
  return (scope) => {
    const left = read(scope);
    return comparison.with(readOther(scope))?.(left) ?? false;
  };
}

function compileAt(text: string, path: string): CompiledPath {
  try {
    return compilePath(text);
  } catch (error) {
    throw error instanceof DefinitionError ? new DefinitionError(error.message, path) : error;
  }
}

function readVariable({ get, text }: CompiledPath): Evaluate {
  return (scope) => {
    const value = get(scope);
    if (value !== undefined) return value;
    throw new StateFailure(
      "States.Runtime",
      `Invalid path '${text}': The choice state's condition path references an invalid value.`,
    );
  };
}
