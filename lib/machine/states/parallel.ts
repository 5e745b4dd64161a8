import { isObject, type JsonObject, type JsonText } from "../../json.js";
import type { Effect, Signal, StepIo } from "../effects.js";
import { WAIT } from "../effects.js";
import { Frame } from "../frame.js";
import { type CompileContext, compileProgram, type Program } from "../program.js";
import { recover } from "../recover.js";
import { recordTaskAborted, recordTasksAborted } from "./aborted.js";
import { Join } from "./join.js";
import { failingFirst, takeVisit } from "./restored-children.js";
import { State } from "./state.js";

/** Parallel: runs its branches side by side on the same input; its result is the array of their outputs. */
export class ParallelState extends State {
  override readonly failedEvent = "ParallelStateFailed";
  readonly #branches: readonly Program[];

  constructor(name: string, definition: JsonObject, context: CompileContext) {
    super(name, definition, context);
    const branches = Array.isArray(definition["Branches"]) ? definition["Branches"].filter(isObject) : [];
    // States inside fall back to the language of the state machine, not to that of this state.
    this.#branches = branches.map((branch, index) =>
      compileProgram(branch, {
        ...context,
        language: context.machineLanguage,
        path: `${context.path}/Branches[${index}]`,
      }),
    );
  }

  override get blocks(): readonly Program[] {
    return this.#branches;
  }

  start(frame: Frame, io: StepIo): Effect {
    return this.flow.begin(frame, io, (input) => this.#fork(frame, io, input));
  }

  #fork(frame: Frame, io: StepIo, input: JsonText): Effect {
    if (io.keepsHistory) frame.lastEventId = io.record("ParallelStateStarted", frame.lastEventId);
    const join = new Join(this.#branches.length);
    frame.work = join;
    const { execution, mapItem, variables, lastEventId } = frame;
    const before = takeVisit(frame);
    for (const [slot, branch] of this.#branches.entries()) {
      const thread = before?.children.get(slot);
      if (thread?.output !== undefined) {
        join.keep(slot, thread.output);
        continue;
      }
      const child = new Frame(execution, branch, input, frame, slot, mapItem, variables, lastEventId);
      child.restored = thread ?? null;
      join.children.add(child);
    }
    if (before?.lastChildEventId) frame.lastEventId = before.lastChildEventId;
    if (join.complete) return this.#joined(frame, io, join);
    return { kind: "spawn", frames: failingFirst([...join.children]) };
  }

  override resume(frame: Frame, signal: Signal, io: StepIo): Effect {
    if (signal.kind === "childFailed") {
      if (io.keepsHistory && !signal.failure.fatal) this.#recordAborted(frame, signal.child, io);
      frame.lastEventId = signal.child.lastEventId;
      return recover(frame, signal.failure, io);
    }
    if (signal.kind !== "childSucceeded") return super.resume(frame, signal, io);
    const join = frame.work as Join;
    join.add(signal.child, signal.output);
    frame.lastEventId = signal.child.lastEventId;
    return join.complete ? this.#joined(frame, io, join) : WAIT;
  }

  /** As captured on AWS: the running task of another branch was aborted, and so was that of the branch that failed. */
  #recordAborted(frame: Frame, failed: Frame, io: StepIo): void {
    for (const child of (frame.work as Join).children) {
      if (child === failed) recordTaskAborted(child, io);
      else recordTasksAborted(child, io);
    }
  }

  #joined(frame: Frame, io: StepIo, join: Join): Effect {
    if (io.keepsHistory) io.record("ParallelStateSucceeded", frame.lastEventId);
    return this.flow.finish(frame, io, join.result(), this.next);
  }
}
