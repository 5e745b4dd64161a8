import type { ExpressionCheck } from "../definition/validate.js";
import { compileIntrinsic, compileJsonata, compilePath, compileReferencePath } from "./expressions/index.js";
import { DefinitionError } from "./failure.js";

/** The syntax check for `validate`: what the interpreter could not compile, in its words; null when all is well. */
export const checkExpression: ExpressionCheck = (kind, text, field) => {
  try {
    compilers[kind](text, field);
    return null;
  } catch (error) {
    if (error instanceof DefinitionError) return error.message;
    throw error;
  }
};

const compilers: Readonly<Record<Parameters<ExpressionCheck>[0], (text: string, field: string) => unknown>> = {
  path: compilePath,
  referencePath: compileReferencePath,
  intrinsic: compileIntrinsic,
  jsonata: (text, field) => compileJsonata(`{% ${text} %}`, field),
};
