import type { Json, JsonObject } from "../json.js";
import { DefinitionError } from "./failure.js";
import { type CompileContext, compileProgram, type Machine, type QueryLanguage } from "./program.js";
import { ChoiceState } from "./states/choice.js";
import { FailState } from "./states/fail.js";
import { MapState } from "./states/map.js";
import { ParallelState } from "./states/parallel.js";
import { PassState } from "./states/pass.js";
import type { State } from "./states/state.js";
import { SucceedState } from "./states/succeed.js";
import { TaskState } from "./states/task.js";
import { WaitState } from "./states/wait.js";

const kinds: Readonly<Record<string, new (name: string, definition: JsonObject, context: CompileContext) => State>> = {
  Pass: PassState,
  Task: TaskState,
  Choice: ChoiceState,
  Wait: WaitState,
  Succeed: SucceedState,
  Fail: FailState,
  Parallel: ParallelState,
  Map: MapState,
};

/**
 * Compiles a state machine: every path, template, intrinsic and JSONata expression once, into closures.
 * Throws DefinitionError for what cannot be compiled; the full set of checks AWS makes at creation is `validate`.
 */
export function compile(definition: JsonObject): Machine {
  const language = languageOf(definition["QueryLanguage"], "JSONPath");
  const context = { language, machineLanguage: language, path: "", compileState };
  const timeout = definition["TimeoutSeconds"];
  return {
    program: compileProgram(definition, context),
    timeoutSeconds: typeof timeout === "number" ? timeout : undefined,
  };
}

function compileState(name: string, definition: JsonObject, context: CompileContext): State {
  const type = definition["Type"];
  const Kind = typeof type === "string" ? kinds[type] : undefined;
  if (Kind === undefined) throw new DefinitionError(`Unknown state type: ${JSON.stringify(type)}`, context.path);
  const language = languageOf(definition["QueryLanguage"], context.language);
  try {
    return new Kind(name, definition, { ...context, language });
  } catch (error) {
    if (!(error instanceof DefinitionError) || error.path.startsWith("/")) throw error;
    throw new DefinitionError(error.message, error.path === "" ? context.path : `${context.path}/${error.path}`);
  }
}

function languageOf(value: Json | undefined, otherwise: QueryLanguage): QueryLanguage {
  return value === "JSONata" || value === "JSONPath" ? value : otherwise;
}
