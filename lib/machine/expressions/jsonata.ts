import jsonata from "jsonata";
import type { Json } from "../../json.js";
import { DefinitionError, StateFailure } from "../failure.js";
import { lookUp, type Variables } from "../scope.js";
import { type AstNode, contextUse, needsBudget, variableNames } from "./jsonata/ast.js";
import { BUDGET, ENTRY, EXIT, newBudget, onEntry, onExit } from "./jsonata/budget.js";
import { randomFunction, registerFunctions } from "./jsonata/functions.js";
import { compilePlain } from "./jsonata/plain.js";
import { plainResult, UnsupportedResult } from "./jsonata/result.js";

/** What a JSONata expression can see. */
export interface JsonataBindings {
  /** `$states`; `result` and `errorOutput` only where the state has them. */
  readonly states: {
    readonly input: Json;
    /** Made only when it is asked for. */
    readonly context: () => Json;
    readonly result?: Json;
    readonly errorOutput?: Json;
  };
  readonly variables: Variables | null;
  /** Uniform in [0, 1). */
  random(): number;
  /** A version 4 UUID. */
  uuid(): string;
  /** What `$millis()` and `$now()` give, epoch ms. Absent: the time of the system. */
  millis?(): number;
}

/** A compiled `{% ... %}`. */
interface JsonataExpression {
  /** The text between the delimiters, without blanks around it, as causes show it. */
  readonly source: string;
  /** Where it is written, such as `Output/FunctionResult`. */
  readonly field: string;
  /** Gives the value at once, for literals and plain paths; null for all other expressions. Throws as `evaluate`. */
  readonly now: ((bindings: JsonataBindings) => Json) | null;
  /** Gives the value. Rejects with StateFailure `States.QueryEvaluationError`. */
  evaluate(bindings: JsonataBindings): Promise<Json>;
}

/** True for a text that is an expression from its first character to its last. */
export function isJsonata(text: string): boolean {
  return text.length >= 4 && text.startsWith("{%") && text.endsWith("%}");
}

/**
 * Compiles an expression, delimiters included. `field` is where it is written, as causes name it. Throws
 * DefinitionError for wrong syntax and for the use of an input document, which there is none of.
 */
export function compileJsonata(text: string, field: string): JsonataExpression {
  const source = text.slice(2, -2).trim();
  const expression = parse(source);
  const ast = expression.ast() as unknown as AstNode;
  const use = contextUse(ast);
  if (use !== null) {
    throw new DefinitionError(
      `The JSONata expression '${source}' uses '${use}', but there is no input document: use $states.input or a variable`,
    );
  }
  const bind = compileBind(expression, ast);
  const plain = compilePlain(ast);
  const failure = (what: string): StateFailure =>
    new StateFailure(
      "States.QueryEvaluationError",
      `The JSONata expression '${source}' specified for the field '${field}' ${what}`,
    );
  const nothing = (): StateFailure => failure("returned nothing (undefined).");
  const now =
    plain === null
      ? null
      : (bindings: JsonataBindings): Json => {
          const value = plain(bindings);
          if (value === undefined) throw nothing();
          return value;
        };
  return {
    source,
    field,
    now,
    async evaluate(bindings) {
      let value: Json | undefined;
      try {
        const result: unknown = await expression.evaluate(undefined, bind(bindings));
        value = result === undefined ? undefined : plainResult(result);
      } catch (error) {
        if (error instanceof UnsupportedResult) throw failure("returned an unsupported result type.");
        throw failure(`threw an error during evaluation${errorText(error)}`);
      }
      if (value === undefined) throw nothing();
      return value;
    },
  };
}

function parse(source: string): jsonata.Expression {
  try {
    return jsonata(source);
  } catch (error) {
    throw new DefinitionError(`The JSONata expression '${source}' is not valid${errorText(error)}`);
  }
}

/** Errors of JSONata have a code and make a sentence of their own; others are only a message. */
function errorText(error: unknown): string {
  const { code, message } = error as { code?: unknown; message?: unknown };
  return typeof code === "string" ? `. ${code}: ${message}` : `: ${message}`;
}

type Bind = (bindings: JsonataBindings) => Record<string, unknown>;

/** Makes the bindings of one evaluation: only those names that the expression mentions. */
function compileBind(expression: jsonata.Expression, ast: AstNode): Bind {
  const names = variableNames(ast);
  registerFunctions(expression, names);
  const binders = [...names].map(binderOf).filter((one) => one !== null);
  const budgeted = needsBudget(ast);
  if (budgeted) {
    // The hooks are found by symbol, which the typings of assign do not know.
    const assign = expression.assign as (name: string | symbol, value: unknown) => void;
    assign(ENTRY, onEntry);
    assign(EXIT, onExit);
  }
  return (bindings) => {
    const bound: Record<string, unknown> = budgeted ? { [BUDGET]: newBudget() } : {};
    for (const binder of binders) binder(bindings, bound);
    return bound;
  };
}

function binderOf(name: string): ((bindings: JsonataBindings, bound: Record<string, unknown>) => void) | null {
  switch (name) {
    case "":
      return null;
    case "states":
      return (bindings, bound) => {
        bound.states = statesOf(bindings);
      };
    default: {
      const own = OWN_FUNCTIONS.get(name);
      return (bindings, bound) => {
        const variable = lookUp(bindings.variables, name);
        const value = variable === undefined ? own?.(bindings) : variable;
        if (value !== undefined) bound[name] = value;
      };
    }
  }
}

/** Functions that need what only an evaluation has. */
const OWN_FUNCTIONS = new Map<string, (bindings: JsonataBindings) => unknown>([
  ["random", (bindings) => randomFunction(() => bindings.random())],
  ["uuid", (bindings) => () => bindings.uuid()],
  ["millis", ({ millis }) => millis],
  ["now", ({ millis }) => (millis === undefined ? undefined : nowFunction(millis))],
]);

/** $now([picture [, timezone]]) at a given moment. */
function nowFunction(millis: () => number): (picture?: string, timezone?: string) => Promise<unknown> {
  return (picture, timezone) => {
    fromMillis ??= jsonata("$fromMillis($millis, $picture, $timezone)");
    return fromMillis.evaluate(undefined, { millis: millis(), picture, timezone });
  };
}

/** Only the library can format a moment, and only from within an expression. */
let fromMillis: jsonata.Expression | undefined;

function statesOf({ states }: JsonataBindings): object {
  const { context, ...rest } = states;
  return Object.defineProperty(rest, "context", { get: context, enumerable: true });
}
