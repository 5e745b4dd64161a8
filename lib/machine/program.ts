import { isObject, type JsonObject } from "../json.js";
import { DefinitionError } from "./failure.js";
import type { State } from "./states/state.js";

export type QueryLanguage = "JSONPath" | "JSONata";

/** One block of states, compiled: a state machine, a branch, or an item processor. */
export interface Program {
  readonly start: State;
  readonly states: ReadonlyMap<string, State>;
  /** The definition it was compiled from. */
  readonly definition: JsonObject;
}

export type CompiledState = State;

/** A state machine, compiled once, run any number of times. */
export interface Machine {
  readonly program: Program;
  /** Seconds an execution may take; undefined: no limit. */
  readonly timeoutSeconds: number | undefined;
}

/** What a state's compiler is told. */
export interface CompileContext {
  /** The language of states that do not say their own; inside a state's compiler, the state's language. */
  readonly language: QueryLanguage;
  /** The language of the state machine, which states inside a Map or Parallel fall back to. */
  readonly machineLanguage: QueryLanguage;
  /** JSON-pointer-like path of what is being compiled, such as `/States/X`. */
  readonly path: string;
  /** Makes a state from its definition; handed down so that states with states inside need not know all kinds. */
  readonly compileState: (name: string, definition: JsonObject, context: CompileContext) => State;
}

/** Compiles a block `{StartAt, States}`. Throws DefinitionError with the path of the mistake. */
export function compileProgram(block: JsonObject, context: CompileContext): Program {
  const definitions = block["States"];
  if (!isObject(definitions)) throw new DefinitionError("These fields are required: [States]", context.path);
  const states = new Map<string, State>();
  for (const [name, definition] of Object.entries(definitions)) {
    const path = `${context.path}/States/${name}`;
    if (!isObject(definition)) throw new DefinitionError("A state must be an object", path);
    states.set(name, context.compileState(name, definition, { ...context, path }));
  }
  for (const state of states.values()) state.link((name, field) => target(states, name, `${state.path}/${field}`));
  const first = block["StartAt"];
  const start = typeof first === "string" ? states.get(first) : undefined;
  if (start === undefined) {
    const message = `StartAt names the state ${JSON.stringify(first)}, which is not among the States`;
    throw new DefinitionError(message, `${context.path}/StartAt`);
  }
  return { start, states, definition: block };
}

function target(states: ReadonlyMap<string, State>, name: string, path: string): State {
  const state = states.get(name);
  if (state === undefined) throw new DefinitionError(`Missing 'Next' target: ${name}`, path);
  return state;
}
