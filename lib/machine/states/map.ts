import { isObject, type Json, type JsonObject, JsonText } from "../../json.js";
import type { Effect, Signal, StepIo } from "../effects.js";
import { WAIT } from "../effects.js";
import { DefinitionError, StateFailure } from "../failure.js";
import { Frame, type MapItem } from "../frame.js";
import { type CompileContext, compileProgram, type Program } from "../program.js";
import { recover } from "../recover.js";
import type { Visit } from "../thread.js";
import { Join } from "./join.js";
import { Items } from "./map-items.js";
import { compileMapRun, type MapRunFields } from "./map-run.js";
import { compileSelector, type Selector } from "./map-selector.js";
import { compileQuantity, type Quantity } from "./quantity.js";
import { failingFirst, takeVisit } from "./restored-children.js";
import { State } from "./state.js";

/** How many iterations of an inline Map run at once when nothing is said. */
const INLINE_CONCURRENCY = 40;

/** What an inline Map keeps: its items, the child inputs they make, and the outputs so far. */
class Iterations extends Join {
  readonly items: readonly MapItem[];
  /** Evaluated ahead when the selector is JSONata; null: evaluated as iterations start. */
  readonly inputs: readonly Json[] | null;
  next = 0;
  constructor(items: readonly MapItem[], inputs: readonly Json[] | null) {
    super(items.length);
    this.items = items;
    this.inputs = inputs;
  }
}

/** Map: runs its processor once an item, inline as threads of this execution, or distributed as a map run. */
export class MapState extends State {
  override readonly failedEvent = "MapStateFailed";
  readonly #processor: Program;
  readonly #items: Items;
  readonly #selector: Selector | null;
  readonly #maxConcurrency: Quantity;
  /** null for an inline Map. */
  readonly #mapRun: MapRunFields | null;

  constructor(name: string, definition: JsonObject, context: CompileContext) {
    super(name, definition, context);
    const field = definition["ItemProcessor"] === undefined ? "Iterator" : "ItemProcessor";
    const processor = definition[field];
    if (!isObject(processor)) throw new DefinitionError("These fields are required: [ItemProcessor]", context.path);
    const config = isObject(processor["ProcessorConfig"]) ? processor["ProcessorConfig"] : {};
    const inner = { ...context, language: context.machineLanguage, path: `${context.path}/${field}` };
    this.#processor = compileProgram(processor, inner);
    const distributed = config["Mode"] === "DISTRIBUTED";
    this.#items = new Items(definition, context.language, distributed);
    this.#selector = compileSelector(definition, context);
    this.#maxConcurrency = compileQuantity(definition, "MaxConcurrency", context.language);
    this.#mapRun = distributed ? compileMapRun(definition, config, context) : null;
  }

  override get blocks(): readonly Program[] {
    return [this.#processor];
  }

  start(frame: Frame, io: StepIo): Effect {
    return this.#maxConcurrency.integer(frame, io, this.flow, (maxConcurrency = 0) => {
      if (maxConcurrency < 0) throw new StateFailure("States.Runtime", "MaxConcurrency cannot be negative.");
      if (this.#mapRun?.reader != null) return this.#startMapRun(frame, io, undefined, maxConcurrency);
      return this.#items.read(frame, io, this.flow, (items) =>
        this.#mapRun === null
          ? this.#select(frame, io, this.#items.list(items), maxConcurrency || INLINE_CONCURRENCY)
          : this.#startMapRun(frame, io, items, maxConcurrency),
      );
    });
  }

  override resume(frame: Frame, signal: Signal, io: StepIo): Effect {
    switch (signal.kind) {
      case "childSucceeded":
        return this.#iterationSucceeded(frame, signal.child, signal.output, io);
      case "childFailed":
        this.#recordIteration("Failed", signal.child, io);
        for (const sibling of (frame.work as Iterations).children) {
          if (sibling !== signal.child) this.#recordIteration("Aborted", sibling, io);
        }
        frame.lastEventId = signal.child.lastEventId;
        return recover(frame, signal.failure, io);
      case "mapRunStarted":
        if (io.keepsHistory) this.#recordMapRun(frame, io, signal.mapRunArn, signal.redriveCount);
        return WAIT;
      case "mapRunRefused":
        throw new StateFailure("States.Runtime", signal.cause);
      case "mapRunSucceeded":
        if (io.keepsHistory) io.record("MapStateSucceeded", io.record("MapRunSucceeded", frame.lastEventId));
        // MapStateExited points back to MapRunStarted, as recorded since November 2024.
        return this.flow.finish(frame, io, signal.result, this.next);
      case "mapRunFailed": {
        const { fatal } = signal;
        const failure = new StateFailure(signal.error, signal.cause, fatal === undefined ? {} : { fatal });
        if (io.keepsHistory) {
          const cause = signal.cause === undefined ? {} : { cause: signal.cause };
          const details = ["mapRunFailedEventDetails", { error: signal.error, ...cause }] as const;
          frame.lastEventId = io.record("MapRunFailed", frame.lastEventId, details);
        }
        return recover(frame, failure, io);
      }
      default:
        return super.resume(frame, signal, io);
    }
  }

  #recordStarted(frame: Frame, io: StepIo, length: number): void {
    if (!io.keepsHistory) return;
    frame.lastEventId = io.record("MapStateStarted", frame.lastEventId, ["mapStateStartedEventDetails", { length }]);
  }

  #recordMapRun(frame: Frame, io: StepIo, mapRunArn: string, redriveCount: number | undefined): void {
    const [type, details] =
      redriveCount === undefined
        ? (["MapRunStarted", ["mapRunStartedEventDetails", { mapRunArn }]] as const)
        : (["MapRunRedriven", ["mapRunRedrivenEventDetails", { mapRunArn, redriveCount }]] as const);
    frame.lastEventId = io.record(type, frame.lastEventId, details);
  }

  // Distributed ------------------------------------------------------------------------------------------------------

  #startMapRun(frame: Frame, io: StepIo, items: Json | undefined, maxConcurrency: number): Effect {
    const length = Array.isArray(items) ? items.length : isObject(items) ? Object.keys(items).length : 0;
    this.#recordStarted(frame, io, length);
    const before = takeVisit(frame)?.mapRunArn;
    const fields = this.#mapRun as MapRunFields;
    return fields.request(frame, io, this.flow, (evaluated) => ({
      kind: "mapRun",
      request: {
        ...evaluated,
        stateName: this.name,
        program: this.#processor,
        items,
        maxConcurrency,
        before,
        select: this.#selector?.forMapRun(frame, io, this.flow) ?? null,
      },
    }));
  }

  // Inline -----------------------------------------------------------------------------------------------------------

  #select(frame: Frame, io: StepIo, items: readonly MapItem[], maxConcurrency: number): Effect {
    if (this.#selector === null || !this.#selector.ahead) {
      return this.#iterate(frame, io, new Iterations(items, null), maxConcurrency);
    }
    return this.#selector.all(frame, io, items, (inputs) =>
      this.#iterate(frame, io, new Iterations(items, inputs), maxConcurrency),
    );
  }

  #iterate(frame: Frame, io: StepIo, work: Iterations, maxConcurrency: number): Effect {
    this.#recordStarted(frame, io, work.items.length);
    frame.work = work;
    const before = takeVisit(frame);
    const frames = before === null ? [] : this.#takeUp(frame, io, work, before);
    if (work.complete) return this.#finish(frame, io, work);
    while (frames.length < maxConcurrency && work.next < work.items.length) {
      frames.push(this.#nextIteration(frame, io, work));
    }
    return { kind: "spawn", frames };
  }

  /** The iterations that had begun: outputs of those that had ended well are kept, the others go on. */
  #takeUp(frame: Frame, io: StepIo, work: Iterations, before: Visit): Frame[] {
    const frames: Frame[] = [];
    for (const [index, thread] of before.children) {
      work.next = Math.max(work.next, index + 1);
      if (thread.output !== undefined) {
        work.keep(index, thread.output);
        continue;
      }
      const child = this.#iteration(frame, io, work, index);
      child.restored = thread;
      frames.push(child);
    }
    const last = work.complete ? before.lastSucceededEventId : before.lastChildEventId;
    if (last > 0) frame.lastEventId = last;
    return failingFirst(frames);
  }

  #nextIteration(frame: Frame, io: StepIo, work: Iterations): Frame {
    const index = work.next++;
    const child = this.#iteration(frame, io, work, index);
    if (io.keepsHistory) {
      const details = ["mapIterationStartedEventDetails", { name: this.name, index }] as const;
      child.lastEventId = io.record("MapIterationStarted", frame.lastEventId, details);
    }
    return child;
  }

  #iteration(frame: Frame, io: StepIo, work: Iterations, index: number): Frame {
    const item = work.items[index] as MapItem;
    const input =
      this.#selector === null
        ? item.value
        : work.inputs === null
          ? this.#selector.one(frame, io, this.flow, item)
          : (work.inputs[index] as Json);
    const { execution, variables, lastEventId } = frame;
    const child = new Frame(execution, this.#processor, JsonText.of(input), frame, index, item, variables, lastEventId);
    work.children.add(child);
    return child;
  }

  #iterationSucceeded(frame: Frame, child: Frame, output: JsonText, io: StepIo): Effect {
    const work = frame.work as Iterations;
    work.add(child, output);
    const succeeded = this.#recordIteration("Succeeded", child, io);
    // The next iteration follows the last event inside this one; the state's own end follows the end of the last one.
    frame.lastEventId = child.lastEventId;
    if (work.next < work.items.length) return { kind: "spawn", frames: [this.#nextIteration(frame, io, work)] };
    if (!work.complete) return WAIT;
    frame.lastEventId = succeeded;
    return this.#finish(frame, io, work);
  }

  #finish(frame: Frame, io: StepIo, work: Iterations): Effect {
    if (io.keepsHistory) io.record("MapStateSucceeded", frame.lastEventId);
    return this.flow.finish(frame, io, work.result(), this.next);
  }

  /** Gives the id of the event. */
  #recordIteration(how: "Succeeded" | "Failed" | "Aborted", child: Frame, io: StepIo): number {
    if (!io.keepsHistory) return 0;
    const details = [`mapIteration${how}EventDetails`, { name: this.name, index: child.slot }] as const;
    return io.record(`MapIteration${how}`, child.lastEventId, details);
  }
}
