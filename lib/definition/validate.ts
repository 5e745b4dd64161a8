import { FanoutError } from "../errors.js";
import { isObject, type Json } from "../json.js";
import type { StateMachineSource } from "./application.js";
import type { Diagnostic } from "./validate/diagnostic.js";
import { locate } from "./validate/locate.js";

export { type Diagnostic, locate };

/** What kinds of text a definition holds besides names and numbers. */
export type ExpressionKind = "path" | "referencePath" | "intrinsic" | "jsonata" | "template";

/** Checks the syntax of one expression; the message of the mistake, or null. */
export type ExpressionCheck = (kind: ExpressionKind, text: string, field: string) => string | null;

export interface ValidateOptions {
  /** Default STANDARD. */
  readonly type?: "STANDARD" | "EXPRESS" | undefined;
  readonly expression?: ExpressionCheck | undefined;
}

/** Finds what AWS would refuse when the state machine is created. Never throws, whatever the definition is. */
export function validate(definition: Json, _options: ValidateOptions = {}): Diagnostic[] {
  const found: Diagnostic[] = [];
  if (!isObject(definition) || !isObject(definition.States)) {
    return [
      {
        severity: "ERROR",
        code: "SCHEMA_VALIDATION_FAILED",
        message: "These fields are required: [States]",
        location: "",
      },
    ];
  }
  for (const [name, state] of Object.entries(definition.States)) {
    if (!isObject(state) || typeof state.Next !== "string" || Object.hasOwn(definition.States, state.Next)) continue;
    const message = `Missing 'Next' target: ${state.Next}`;
    found.push({ severity: "ERROR", code: "MISSING_TRANSITION_TARGET", message, location: `/States/${name}/Next` });
  }
  return found;
}

/** Throws FANOUT_DEFINITION_INVALID, one line a finding, when AWS would refuse the definition. */
export function checkDefinition(source: StateMachineSource, text?: string, options: ValidateOptions = {}): void {
  const errors = validate(source.definition, { type: source.type, ...options }).filter(
    ({ severity }) => severity === "ERROR",
  );
  const [first, ...others] = errors;
  if (first === undefined) return;
  const lines = [
    `${first.code}: ${first.message}`,
    ...others.map((other) => `${other.location} ${other.code}: ${other.message}`),
  ];
  const position = text === undefined ? undefined : locate(text, first.location);
  throw new FanoutError("FANOUT_DEFINITION_INVALID", lines.join("\n"), {
    location: { file: source.file, ...position, path: first.location },
  });
}
