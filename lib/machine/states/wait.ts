import type { Json, JsonObject } from "../../json.js";
import type { Effect, Signal, StepIo } from "../effects.js";
import { evaluate } from "../evaluate.js";
import { type CompiledPath, compileJsonataTemplate, compilePath, type JsonataTemplate } from "../expressions/index.js";
import { StateFailure } from "../failure.js";
import type { Frame } from "../frame.js";
import type { CompileContext } from "../program.js";
import { jsonataBindings, StateScope } from "../state-scope.js";
import { State } from "./state.js";

/** The longest delay AWS takes: 2^31 seconds. */
const LONGEST_SECONDS = 2 ** 31;

/** The work of a Wait that sleeps: nothing to remember, but not a retry either. */
const SLEEPING = {};

/** Wait: sleeps for seconds or until a time. A time in the past is over at once. */
export class WaitState extends State {
  readonly #seconds: CompiledPath | null;
  readonly #timestamp: CompiledPath | null;
  readonly #template: JsonataTemplate | null;

  constructor(name: string, definition: JsonObject, context: CompileContext) {
    super(name, definition, context);
    const { SecondsPath: seconds, TimestampPath: timestamp } = definition;
    this.#seconds = typeof seconds === "string" ? compilePath(seconds) : null;
    this.#timestamp = typeof timestamp === "string" ? compilePath(timestamp) : null;
    const field = definition["Seconds"] === undefined ? "Timestamp" : "Seconds";
    this.#template = context.language === "JSONata" ? compileJsonataTemplate(definition[field] ?? null, field) : null;
  }

  start(frame: Frame, io: StepIo): Effect {
    if (this.#template !== null) {
      const request = { template: this.#template, bindings: jsonataBindings(frame, io) };
      const seconds = this.definition["Seconds"] !== undefined;
      return evaluate(frame, [request], ([value]) =>
        sleep(frame, io, seconds ? afterSeconds(io, value, "Seconds", "") : untilTime(value, "Timestamp", "")),
      );
    }
    return sleep(frame, io, this.#until(frame, io));
  }

  override resume(frame: Frame, _signal: Signal, io: StepIo): Effect {
    return this.flow.finish(frame, io, undefined, this.next);
  }

  #until(frame: Frame, io: StepIo): number {
    if (this.#seconds !== null) {
      return afterSeconds(io, this.#read(this.#seconds, "SecondsPath", frame, io), "SecondsPath", this.#seconds.text);
    }
    if (this.#timestamp !== null) {
      const value = this.#read(this.#timestamp, "TimestampPath", frame, io);
      return untilTime(value, "TimestampPath", this.#timestamp.text);
    }
    const { Seconds: seconds, Timestamp: timestamp } = this.definition;
    return seconds === undefined ? untilTime(timestamp, "Timestamp", "") : afterSeconds(io, seconds, "Seconds", "");
  }

  #read(path: CompiledPath, field: string, frame: Frame, io: StepIo): Json {
    const { found, value } = path.find(new StateScope(this.flow.effectiveInput(frame, io), frame, io));
    if (!found)
      throw new StateFailure(
        "States.Runtime",
        `The ${field} parameter does not reference an input value: ${path.text}`,
      );
    return value;
  }
}

function sleep(frame: Frame, io: StepIo, until: number): Effect {
  if (until - io.now >= LONGEST_SECONDS * 1000)
    throw new StateFailure("States.Runtime", "Wait state delay is too long.");
  frame.work = SLEEPING;
  return { kind: "sleep", until };
}

function afterSeconds(io: StepIo, value: Json | undefined, field: string, path: string): number {
  const fail = (why: string) =>
    new StateFailure("States.Runtime", `The ${field} parameter ${why}: ${path} == ${JSON.stringify(value)}`);
  if (typeof value !== "number" || !Number.isInteger(value)) throw fail("cannot be parsed as a long value");
  if (value < 0) throw fail("references a negative value");
  return io.now + value * 1000;
}

/** RFC 3339 as AWS takes it: an upper-case T, seconds, and Z or an offset. */
const TIMESTAMP = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/;

function untilTime(value: Json | undefined, field: string, path: string): number {
  const time = typeof value === "string" && TIMESTAMP.test(value) ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(time)) {
    throw new StateFailure(
      "States.Runtime",
      `The ${field} parameter does not reference a valid ISO-8601 extended offset date-time format string: ${path} == ${typeof value === "string" ? value : JSON.stringify(value)}`,
    );
  }
  return time;
}
