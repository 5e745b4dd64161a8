import { isObject, type Json, type JsonObject } from "../../json.js";
import type { Effect, StepIo } from "../effects.js";
import { evaluate } from "../evaluate.js";
import { compileJsonataTemplate, compileTemplate } from "../expressions/index.js";
import type { Frame } from "../frame.js";
import type { CompileContext } from "../program.js";
import { jsonataBindings, StateScope } from "../state-scope.js";
import type { Flow } from "./flow.js";

/** Goes on with the role that a task names in its Credentials. Nothing here assumes it; the history shows it. */
export type Credentials = (
  frame: Frame,
  io: StepIo,
  flow: Flow,
  then: (roleArn: string | undefined) => Effect,
) => Effect;

export function compileCredentials(definition: JsonObject, context: CompileContext): Credentials | null {
  const value = definition["Credentials"];
  if (value === undefined) return null;
  if (context.language === "JSONata") {
    const template = compileJsonataTemplate(value, "Credentials");
    return (frame, io, _flow, then) =>
      evaluate(frame, [{ template, bindings: jsonataBindings(frame, io) }], ([result]) => then(roleOf(result)));
  }
  const template = compileTemplate(value, `${context.path}/Credentials`);
  return (frame, io, flow, then) =>
    then(roleOf(template.evaluate(new StateScope(flow.effectiveInput(frame, io), frame, io))));
}

function roleOf(credentials: Json | undefined): string | undefined {
  const role = isObject(credentials) ? credentials["RoleArn"] : undefined;
  return typeof role === "string" ? role : undefined;
}
