import { type Diagnostic, validate } from "../../../definition/validate.js";
import type { Json } from "../../../json.js";
import { checkExpression } from "../../../machine/index.js";
import type { StateMachineType } from "../checked-definition.js";

interface ValidateRequest {
  readonly definition: string;
  readonly type?: StateMachineType;
  readonly severity?: "ERROR" | "WARNING";
  readonly maxResults?: number;
}

const DEFAULT_RESULTS = 100;

export function validateOperations() {
  return {
    ValidateStateMachineDefinition({ definition, type, severity = "ERROR", maxResults = 0 }: ValidateRequest) {
      const all = diagnose(definition, type);
      const wanted = severity === "WARNING" ? all : all.filter((each) => each.severity === "ERROR");
      const diagnostics = wanted.slice(0, maxResults === 0 ? DEFAULT_RESULTS : maxResults);
      return {
        result: all.some((each) => each.severity === "ERROR") ? "FAIL" : "OK",
        diagnostics,
        truncated: diagnostics.length < wanted.length,
      };
    },
  };
}

function diagnose(text: string, type: StateMachineType | undefined): readonly Diagnostic[] {
  let definition: Json;
  try {
    definition = JSON.parse(text) as Json;
  } catch (error) {
    const { message } = error as Error;
    return [{ severity: "ERROR", code: "INVALID_JSON_DESCRIPTION", message, location: "" }];
  }
  return validate(definition, { type, expression: checkExpression });
}
