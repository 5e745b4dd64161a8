import type { JsonObject } from "../../json.js";
import type { Effect, Signal, StepIo } from "../effects.js";
import type { Frame } from "../frame.js";
import type { CompileContext, Program, QueryLanguage } from "../program.js";
import { compileRetriers, type Retrier } from "../retry.js";
import { type Catcher, compileCatchers } from "./catcher.js";
import { compileFlow, type Flow } from "./flow.js";

/** Finds a state of the same block by name, or throws DefinitionError naming the field. */
export type Link = (name: string, field: string) => State;

/**
 * A compiled state. `start` begins its work, once when it is entered and again for each retry; `resume` goes on when a
 * signal arrives. Both end in an effect.
 */
export abstract class State {
  readonly name: string;
  readonly type: string;
  readonly path: string;
  readonly language: QueryLanguage;
  readonly flow: Flow;
  readonly enteredEvent: string;
  readonly exitedEvent: string;
  /** Event that ends the state when it fails; null for the kinds that have none. */
  readonly failedEvent: string | null = null;
  /** Task, Parallel and Map: the kinds whose context object has a RetryCount. */
  readonly canRetry: boolean;
  /** Whether `$$.Task.Token` is there. */
  readonly hasToken: boolean = false;
  readonly retriers: readonly Retrier[];
  readonly catchers: readonly Catcher[];
  /** The state that follows; null when this one ends its block. Set by `link`. */
  next: State | null = null;
  protected readonly definition: JsonObject;

  constructor(name: string, definition: JsonObject, context: CompileContext) {
    this.name = name;
    this.type = String(definition["Type"]);
    this.path = context.path;
    this.language = context.language;
    this.definition = definition;
    this.enteredEvent = `${this.type}StateEntered`;
    this.exitedEvent = `${this.type}StateExited`;
    this.canRetry = this.type === "Task" || this.type === "Parallel" || this.type === "Map";
    this.retriers = this.canRetry ? compileRetriers(definition["Retry"]) : [];
    this.catchers = this.canRetry ? compileCatchers(definition["Catch"], context) : [];
    this.flow = compileFlow(definition, context);
  }

  /** Resolves the names of other states. Called once, when all states of the block are compiled. */
  link(link: Link): void {
    const next = this.definition["Next"];
    if (typeof next === "string") this.next = link(next, "Next");
    for (const [index, catcher] of this.catchers.entries()) {
      catcher.next = link(catcher.nextName, `Catch[${index}]/Next`);
    }
  }

  /** The blocks of states inside it: branches, or an item processor. */
  get blocks(): readonly Program[] {
    return [];
  }

  /** A field that is plain text. */
  literal(field: string): string | undefined {
    const value = this.definition[field];
    return typeof value === "string" && !value.startsWith("{%") ? value : undefined;
  }

  abstract start(frame: Frame, io: StepIo): Effect;

  resume(_frame: Frame, signal: Signal, _io: StepIo): Effect {
    throw new Error(`A ${this.type} state does not expect the signal '${signal.kind}'`);
  }
}
