import type { Json } from "../../../json.js";
import { DefinitionError, StateFailure } from "../../failure.js";
import type { Evaluate, Scope } from "../../scope.js";
import { FUNCTIONS, type IntrinsicFunction } from "./functions.js";
import { IntrinsicError } from "./intrinsic-error.js";
import { type Argument, type Call, parseIntrinsic } from "./parser.js";

/**
 * Compiles a call of an intrinsic function, such as `States.Format('{} of {}', $.n, $total)`. Throws DefinitionError
 * when it is not one. Evaluating it throws StateFailure: `States.Runtime` for a path that finds nothing,
 * `States.IntrinsicFailure` for arguments that the function cannot take.
 */
export function compileIntrinsic(text: string): Evaluate {
  const evaluate = compileCall(parseIntrinsic(text));
  return (scope) => {
    try {
      return evaluate(scope);
    } catch (error) {
      if (!(error instanceof IntrinsicError)) throw error;
      throw new StateFailure(error.error, `The function '${text}' had the following error: ${error.message}`);
    }
  };
}

function compileCall(call: Call): Evaluate {
  const called: IntrinsicFunction | undefined = Object.hasOwn(FUNCTIONS, call.name)
    ? FUNCTIONS[call.name as keyof typeof FUNCTIONS]
    : undefined;
  if (called === undefined) throw new DefinitionError(`The intrinsic function States.${call.name} does not exist`);
  const [least, most] = called.arity;
  if (call.args.length < least || call.args.length > most) {
    throw new DefinitionError(`States.${call.name} has a wrong number of arguments: ${call.args.length}`);
  }
  const args = call.args.map((arg, index) => compileArgument(arg, called.template === true && index === 0));
  const { run } = called;
  return (scope) => {
    const values: Json[] = [];
    for (const arg of args) values.push(arg(scope));
    return run(values, scope);
  };
}

/** `asTemplate`: the text of States.Format keeps its escapes, which tell `\{` from a place to fill in. */
function compileArgument(arg: Argument, asTemplate: boolean): Evaluate {
  switch (arg.kind) {
    case "call":
      return compileCall(arg);
    case "text": {
      const value = asTemplate ? arg.raw : arg.value;
      return () => value;
    }
    case "value":
      return () => arg.value;
    case "path": {
      const { get, text } = arg.path;
      return (scope) => {
        const value = get(scope);
        if (value === undefined) throw notFound(text, scope);
        return value;
      };
    }
  }
}

function notFound(path: string, scope: Scope): IntrinsicError {
  return new IntrinsicError(
    `The JsonPath argument for the field '${path}' could not be found in the input '${JSON.stringify(scope.data)}'`,
    "States.Runtime",
  );
}
