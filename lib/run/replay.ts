import { type Json, type JsonObject, JsonText } from "../json.js";
import {
  newThread,
  newVisit,
  type Program,
  type RecordedEvent,
  StateFailure,
  type Thread,
  takes,
  type Visit,
} from "../machine/index.js";
import type { HistoryEvent } from "./ports.js";

/** Members of the details of events that tell where an execution stands. */
interface Details {
  readonly name?: string;
  readonly index?: number;
  readonly input?: string;
  readonly output?: string;
  readonly assignedVariables?: Readonly<Record<string, string>>;
  readonly error?: string;
  readonly cause?: string;
  readonly state?: string;
  readonly mapRunArn?: string;
}

interface Event extends HistoryEvent {
  readonly told: Details;
}

/** Types of events: whose they are, and what they say. */
const TYPE = /^([A-Z][a-z]+State|LambdaFunction|Task|Activity|MapIteration|MapRun|Execution|Evaluation)([A-Z]\w*)$/;

/** Follows an execution through its history: each event moves the thread on whose chain of events it is. */
export class Replay {
  readonly root = newThread(0, 0);
  redriveCount = 0;
  redriveTime: number | undefined;
  closedBy: string | undefined;
  moves = 0;
  /** Error of the closing event. */
  #error: string | undefined;
  /** By the ids of their events. */
  readonly #owners = new Map<number, Thread>([[0, this.root]]);
  readonly #parents = new Map<Thread, Thread>();
  readonly #programs = new Map<Thread, Program>();

  constructor(program: Program) {
    this.#programs.set(this.root, program);
  }

  apply(event: HistoryEvent): void {
    const [, subject = "", verb = ""] = TYPE.exec(event.type) ?? [];
    const told = { ...event, told: (event.details?.[1] ?? {}) as Details };
    if (verb === "Entered") this.#entered(told);
    else if (verb === "Exited") this.#exited(told);
    else if (subject === "Execution") this.#execution(told, verb);
    else if (subject === "ParallelState" || subject === "MapState") this.#children(told, subject, verb);
    else if (subject === "MapIteration") this.#iteration(told, verb);
    else if (subject === "MapRun") this.#mapRun(told, verb);
    else if (subject === "Evaluation") this.#evaluationFailed(told);
    else if (!subject.endsWith("State")) this.#task(told, verb);
  }

  /** Puts all that has not ended well before the work of the state it was in, which begins `at` a time, or now. */
  rewind(at?: number, thread: Thread = this.root): void {
    const { visit } = thread;
    thread.failing = false;
    if (thread.output !== undefined || visit === null || visit.exitOutput !== undefined) return;
    const tooLarge = (visit.failure?.error ?? this.#error) === "States.DataLimitExceeded";
    if (visit.succeeded || (visit.failure !== undefined && tooLarge)) visit.mapRunArn = undefined;
    visit.answer = undefined;
    visit.failure = undefined;
    visit.begunAt = at;
    visit.retryCount = 0;
    visit.retriesByRetrier = null;
    visit.failed = false;
    // A result that was too large would be again if its parts were kept.
    if (visit.startedEventId === 0 || (visit.succeeded && tooLarge && visit.children.size > 0)) {
      visit.children = new Map();
      visit.startedEventId = 0;
      visit.attemptFrom = visit.enteredEventId;
    }
    visit.succeeded = false;
    for (const child of visit.children.values()) this.rewind(at, child);
  }

  #own(thread: Thread, { id }: HistoryEvent): void {
    this.#owners.set(id, thread);
    thread.lastEventId = id;
  }

  #ownerOf({ previousEventId }: HistoryEvent): Thread {
    return this.#owners.get(previousEventId) ?? this.root;
  }

  /** The visit, of the thread itself or of one around it, that an event is about. */
  #climb(from: Thread, fits: (visit: Visit) => boolean): { thread: Thread; visit: Visit } | undefined {
    for (let thread: Thread | undefined = from; thread !== undefined; thread = this.#parents.get(thread)) {
      const { visit } = thread;
      if (visit !== null && visit.exitOutput === undefined && fits(visit)) return { thread, visit };
    }
    return undefined;
  }

  #child(parent: Thread, slot: number, program: Program, lastEventId: number): Thread {
    const child = newThread(slot, lastEventId);
    parent.visit?.children.set(slot, child);
    this.#parents.set(child, parent);
    this.#programs.set(child, program);
    return child;
  }

  #execution({ id, type, timestamp, told }: Event, verb: string): void {
    if (verb === "Redriven") {
      this.rewind(timestamp);
      this.redriveCount += 1;
      this.redriveTime = timestamp;
      this.closedBy = undefined;
      this.#error = undefined;
    } else if (verb !== "Started") {
      this.closedBy = type;
      this.#error = told.error;
    }
    this.#owners.set(id, this.root);
  }

  #entered(event: Event): void {
    const { name = "", input } = event.told;
    const thread = this.#branchEntered(event, name) ?? this.#ownerOf(event);
    const state = this.#programs.get(thread)?.states.get(name);
    this.moves += 1;
    if (state === undefined) throw new Error(`The history enters the state '${name}', which is not in the definition`);
    thread.visit = newVisit(state, new JsonText(input ?? "{}"), event);
    this.#own(thread, event);
  }

  /** The branch of a Parallel that this event begins, if it begins one. */
  #branchEntered(event: Event, name: string): Thread | undefined {
    const parent = this.#ownerOf(event);
    const { visit } = parent;
    if (visit?.state.type !== "Parallel" || visit.startedEventId !== event.previousEventId) return undefined;
    const slot = visit.state.blocks.findIndex(({ start }, at) => start.name === name && !visit.children.has(at));
    const program = visit.state.blocks[slot];
    return program && this.#child(parent, slot, program, event.previousEventId);
  }

  #exited(event: Event): void {
    const { name, output = "{}", assignedVariables } = event.told;
    const found = this.#climb(this.#ownerOf(event), ({ state }) => state.name === name);
    if (found === undefined) return;
    const { thread, visit } = found;
    visit.exitOutput = new JsonText(output);
    if (assignedVariables !== undefined) {
      thread.variables = new Map([...thread.variables, ...Object.entries(valuesOf(assignedVariables))]);
    }
    this.#own(thread, event);
    const around = this.#parents.get(thread)?.visit;
    if (around?.state.type !== "Parallel" || visit.state.next !== null || !endedWell(visit)) return;
    thread.output = visit.exitOutput;
    around.lastChildEventId = event.id;
  }

  #children(event: Event, subject: string, verb: string): void {
    const from = this.#ownerOf(event);
    const type = subject === "MapState" ? "Map" : "Parallel";
    const found = this.#climb(from, ({ state, failed }) => state.type === type && !failed);
    if (found === undefined) return;
    const { thread, visit } = found;
    if (verb === "Succeeded") visit.succeeded = true;
    if (verb === "Failed") visit.failed = true;
    if (verb === "Started") {
      if (visit.startedEventId > 0) countRetry(visit, visit.failure ?? failureUnder(thread));
      visit.attemptFrom = event.previousEventId;
      visit.startedEventId = event.id;
      visit.failure = undefined;
      visit.children = new Map();
      visit.mapRunArn = undefined;
      visit.lastChildEventId = visit.lastSucceededEventId = 0;
    }
    this.#own(thread, event);
  }

  #iteration(event: Event, verb: string): void {
    const { name, index = 0 } = event.told;
    const found = this.#climb(this.#ownerOf(event), ({ state }) => state.type === "Map" && state.name === name);
    const program = found?.visit.state.blocks[0];
    if (found === undefined || program === undefined) return;
    const { thread, visit } = found;
    if (verb === "Started") {
      this.#owners.set(event.id, this.#child(thread, index, program, event.id));
      return;
    }
    this.#owners.set(event.id, thread);
    const child = visit.children.get(index);
    if (child === undefined) return;
    if (verb === "Failed") child.failing = true;
    if (verb !== "Succeeded") return;
    child.output = child.visit?.exitOutput;
    visit.lastChildEventId = event.previousEventId;
    visit.lastSucceededEventId = event.id;
  }

  #mapRun(event: Event, verb: string): void {
    const thread = this.#ownerOf(event);
    const { visit } = thread;
    if (visit === null) return;
    if (verb === "Started" || verb === "Redriven") visit.mapRunArn = event.told.mapRunArn;
    if (verb === "Failed") fail(visit, event);
    if (verb === "Succeeded") visit.succeeded = true;
    if (verb === "Succeeded" || verb === "Aborted") this.#owners.set(event.id, thread);
    else this.#own(thread, event);
  }

  /** The event follows what came before its state, not the state itself. */
  #evaluationFailed(event: Event): void {
    for (const thread of this.#programs.keys()) {
      const { visit } = thread;
      if (visit === null || visit.exitOutput !== undefined || visit.state.name !== event.told.state) continue;
      if (visit.beforeEnteredEventId !== event.previousEventId) continue;
      fail(visit, event);
      this.#own(thread, event);
    }
  }

  #task(event: Event, verb: string): void {
    const thread = this.#ownerOf(event);
    const { visit } = thread;
    if (visit === null) return;
    if (verb === "Scheduled") {
      if (visit.failure !== undefined) countRetry(visit, visit.failure);
      visit.attemptFrom = event.previousEventId;
      visit.answer = visit.failure = undefined;
    } else if (verb === "Succeeded") {
      visit.answer = new JsonText(event.told.output ?? "null");
    } else if (verb === "Failed" || verb === "TimedOut") {
      fail(visit, event, verb === "TimedOut" ? "States.Timeout" : "");
    }
    this.#own(thread, event);
  }
}

/** An event as it is told apart from others when it is come by once more. */
export function recordedEvent({ id, previousEventId, type, details }: HistoryEvent): RecordedEvent {
  const { name, index, output, assignedVariables } = (details?.[1] ?? {}) as Details;
  const exited = type.endsWith("StateExited") && output !== undefined;
  const assigned = assignedVariables === undefined ? null : valuesOf(assignedVariables);
  const exit = exited ? { output: new JsonText(output), assigned } : undefined;
  return { id, previousEventId, type, name, index, exit };
}

function fail(visit: Visit, { timestamp, told }: Event, otherwise = ""): void {
  visit.failure = new StateFailure(told.error ?? otherwise, told.cause);
  visit.failedAt = timestamp;
}

/** Whether a state that was left was left for its Next or its end, and not by a rule or a catcher. */
function endedWell({ state, answer, failure, succeeded }: Visit): boolean {
  if (failure !== undefined || state.type === "Choice") return false;
  if (state.type === "Task") return answer !== undefined;
  return state.type === "Parallel" || state.type === "Map" ? succeeded : true;
}

/** A new attempt was made after this failure. */
function countRetry(visit: Visit, failure: StateFailure | undefined): void {
  const { retriers } = visit.state;
  const taking = failure === undefined ? -1 : retriers.findIndex(({ errors }) => takes(errors, failure));
  visit.retriesByRetrier ??= new Array<number>(retriers.length).fill(0);
  visit.retriesByRetrier[Math.max(0, taking)] = (visit.retriesByRetrier[Math.max(0, taking)] ?? 0) + 1;
  visit.retryCount += 1;
}

/** What made a branch or an iteration fail, as far as the history tells: a Fail state whose error is computed does not. */
function failureUnder({ visit }: Thread): StateFailure | undefined {
  for (const child of visit?.children.values() ?? []) {
    const at = child.visit;
    if (child.output !== undefined || at === null) continue;
    if (at.failure !== undefined) return at.failure;
    if (at.state.type === "Fail") return new StateFailure(at.state.literal("Error") ?? "");
    const below = failureUnder(child);
    if (below !== undefined) return below;
  }
  return undefined;
}

function valuesOf(texts: Readonly<Record<string, string>>): JsonObject {
  return Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, JSON.parse(text) as Json]));
}
