import { isObject, type Json, type JsonObject } from "../../json.js";
import type { Effect, StepIo } from "../effects.js";
import { evaluate } from "../evaluate.js";
import { compileChoiceRule, compileJsonataTemplate, type JsonataTemplate } from "../expressions/index.js";
import { StateFailure } from "../failure.js";
import type { Frame } from "../frame.js";
import type { CompileContext } from "../program.js";
import type { Scope } from "../scope.js";
import { jsonataBindings, StateScope } from "../state-scope.js";
import { compileFlow, type Flow } from "./flow.js";
import { type Link, State } from "./state.js";
import { unexpectedResult } from "./unexpected-result.js";

interface Rule {
  readonly matches: ((scope: Scope) => boolean) | null;
  readonly condition: JsonataTemplate | null;
  /** `Condition` as it is written. */
  readonly expression: Json | undefined;
  readonly nextName: string;
  /** The flow of the rule: its own Assign and Output, else the state's. */
  readonly flow: Flow;
  next: State | null;
}

/** Choice: the first rule that holds says where to go, then Default. Its output is its input. */
export class ChoiceState extends State {
  readonly #rules: readonly Rule[];
  #default: State | null = null;

  constructor(name: string, definition: JsonObject, context: CompileContext) {
    super(name, definition, context);
    const choices = Array.isArray(definition["Choices"]) ? definition["Choices"].filter(isObject) : [];
    this.#rules = choices.map((rule, index) => this.#compileRule(rule, `${context.path}/Choices[${index}]`, context));
  }

  #compileRule(rule: JsonObject, path: string, context: CompileContext): Rule {
    const own = ["Assign", "Output"].some((field) => rule[field] !== undefined);
    const fields = Object.fromEntries(
      ["Assign", "Output"].flatMap((field) => (rule[field] === undefined ? [] : [[field, rule[field] as Json]])),
    );
    const jsonata = context.language === "JSONata";
    return {
      matches: jsonata ? null : compileChoiceRule(rule, path),
      expression: rule["Condition"],
      condition: jsonata
        ? compileJsonataTemplate(rule["Condition"] ?? null, `Choices[${path.match(/\d+(?=\]$)/)?.[0]}]/Condition`)
        : null,
      nextName: String(rule["Next"]),
      flow: own ? compileFlow({ ...this.definition, ...fields }, context) : this.flow,
      next: null,
    };
  }

  override link(link: Link): void {
    for (const [index, rule] of this.#rules.entries()) rule.next = link(rule.nextName, `Choices[${index}]/Next`);
    const otherwise = this.definition["Default"];
    if (typeof otherwise === "string") this.#default = link(otherwise, "Default");
  }

  start(frame: Frame, io: StepIo): Effect {
    if (this.language === "JSONata") return this.#startJsonata(frame, io, 0);
    const scope = new StateScope(this.flow.effectiveInput(frame, io), frame, io);
    for (const rule of this.#rules) if (rule.matches?.(scope)) return rule.flow.finish(frame, io, undefined, rule.next);
    return this.#otherwise(frame, io);
  }

  /** Rules are evaluated one by one, from `first` on: a later one must not run, or fail, when an earlier one holds. */
  #startJsonata(frame: Frame, io: StepIo, first: number): Effect {
    const bindings = jsonataBindings(frame, io);
    for (let index = first; index < this.#rules.length; index++) {
      const rule = this.#rules[index] as Rule;
      const template = rule.condition as JsonataTemplate;
      if (template.now === null) {
        return evaluate(frame, [{ template, bindings }], ([value]) =>
          holds(rule, index, value)
            ? rule.flow.finish(frame, io, undefined, rule.next)
            : this.#startJsonata(frame, io, index + 1),
        );
      }
      if (holds(rule, index, template.now(bindings))) return rule.flow.finish(frame, io, undefined, rule.next);
    }
    return this.#otherwise(frame, io);
  }

  #otherwise(frame: Frame, io: StepIo): Effect {
    if (this.#default !== null) return this.flow.finish(frame, io, undefined, this.#default);
    throw new StateFailure("States.NoChoiceMatched", "No choice rule matched and no Default is specified.");
  }
}

function holds(rule: Rule, index: number, value: Json | undefined): boolean {
  if (typeof value === "boolean") return value;
  throw unexpectedResult(rule.expression, `Choices[${index}]/Condition`, "boolean", value as Json);
}
