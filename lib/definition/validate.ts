import { FanoutError } from "../errors.js";
import { isObject, type Json } from "../json.js";
import type { StateMachineSource } from "./application.js";
import type { StateMachineType } from "./asl.js";
import { checkMachine } from "./validate/blocks.js";
import type { ExpressionCheck } from "./validate/check.js";
import { isDeeperThan } from "./validate/depth.js";
import { type Diagnostic, Findings } from "./validate/diagnostic.js";
import { type Locate, locate, locator } from "./validate/locate.js";
import { placeIn } from "./validate/place-in.js";
import { languageOf } from "./validate/states.js";

export { type Diagnostic, type ExpressionCheck, type Locate, locate, locator, placeIn };

export interface ValidateOptions {
  /** Default STANDARD. */
  readonly type?: StateMachineType | undefined;
  /** Checks the syntax of paths, intrinsic functions and JSONata. Default: only their outer form is checked. */
  readonly expression?: ExpressionCheck | undefined;
}

/** Largest definition, in characters. */
const MAX_LENGTH = 1_048_576;
/** No sensible definition comes near; deeper ones would exhaust the call stack. */
const MAX_DEPTH = 500;

/**
 * Finds what AWS would refuse when the state machine is created, in AWS's words where they are known, and warns of what
 * it would warn of. Never throws, whatever the definition is.
 */
export function validate(definition: Json, options: ValidateOptions = {}): Diagnostic[] {
  const findings = new Findings();
  if (isDeeperThan(definition, MAX_DEPTH)) {
    findings.error("", "The states are too deeply nested", "TOO_DEEPLY_NESTED");
    return findings.all;
  }
  const length = JSON.stringify(definition)?.length ?? 0;
  if (length > MAX_LENGTH) {
    findings.error("", `The definition has ${length} characters, the maximum is ${MAX_LENGTH}`);
    return findings.all;
  }
  const language = isObject(definition) ? languageOf(definition, "JSONPath") : "JSONPath";
  const run = { findings, expression: options.expression, language };
  checkMachine(definition, { run, at: "", field: "", language, express: options.type === "EXPRESS" });
  return findings.all;
}

/**
 * Throws FANOUT_DEFINITION_INVALID when AWS would refuse the definition: one line a finding, the first of them with file,
 * line and column when `text`, the text of the source's file, is given.
 */
export function checkDefinition(source: StateMachineSource, text?: string, options: ValidateOptions = {}): void {
  const errors = validate(source.definition, { type: source.type, ...options }).filter(
    ({ severity }) => severity === "ERROR",
  );
  const [first, ...others] = errors;
  if (first === undefined) return;
  const lines = [describe(first), ...others.map((other) => `${other.location} ${describe(other)}`)];
  const place = text === undefined ? undefined : placeIn(locator(text), source, first.location);
  throw new FanoutError("FANOUT_DEFINITION_INVALID", lines.join("\n"), {
    location: { file: source.file, ...place, path: first.location },
  });
}

function describe({ code, message }: Diagnostic): string {
  return `${code}: ${message}`;
}
