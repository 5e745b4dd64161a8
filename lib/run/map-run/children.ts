import { JsonText } from "../../json.js";
import { abandon, ENTER, exceeds, PAYLOAD_LIMIT } from "../../machine/index.js";
import type { Engine } from "../engine.js";
import type { ChildRecord } from "../items.js";
import type { RestoreMode } from "../restore.js";
import { ChildExecution } from "./child.js";
import { COUNT_OF, MapRunCounts } from "./counts.js";
import { DirectChild } from "./direct-child.js";
import { type DirectRules, directRules, sentOf } from "./direct-rules.js";
import { ExpressLimit } from "./express-limit.js";
import type { Family } from "./family.js";
import { type Gathered, Gatherer, type Sink } from "./gatherer.js";
import type { ChildInput } from "./inputs.js";
import type { Taken } from "./intake.js";
import { KeptChild } from "./kept-child.js";
import { beforeOf, recordBegin, type UnfinishedChild } from "./left-child.js";
import { pendingRecord } from "./pending.js";
import type { EndedChild } from "./prior.js";
import { revived } from "./revived.js";
import type { SpilledRecord } from "./spilled-runs.js";

/** How a child ends whose input is larger than an execution may have. */
const TOO_LARGE = {
  status: "FAILED",
  error: "States.DataLimitExceeded",
  cause: `The input of the child execution has more than the ${PAYLOAD_LIMIT} bytes that an execution may have.`,
} as const;

export interface ChildrenOptions {
  readonly engine: Engine;
  readonly family: Family;
  /** How the map run goes on; undefined for a new one. */
  readonly mode: RestoreMode | undefined;
  /** Told of a child that has ended, or had ended before, once it is counted. */
  readonly onEnded: (record: ChildRecord) => void;
  /** Takes all of them in item order. */
  readonly sink: Sink;
}

/** The children of a map run: begins them, keeps what is left of earlier ones, counts them and puts them in item order. */
export class Children {
  readonly counts = new MapRunCounts();
  readonly #engine: Engine;
  readonly #family: Family;
  /** How children are made that are nothing but a call; null when there is more to them. */
  readonly #direct: DirectRules | null;
  readonly #mode: RestoreMode | undefined;
  readonly #onEnded: (record: ChildRecord) => void;
  readonly #gatherer: Gatherer<Gathered>;
  readonly #expressLimit: ExpressLimit<Gathered>;

  constructor({ engine, family, mode, onEnded, sink }: ChildrenOptions) {
    this.#engine = engine;
    this.#family = family;
    this.#direct = directRules(family, engine.ports, engine.newRequestId);
    this.#mode = mode;
    this.#onEnded = onEnded;
    const { spill } = engine.ports;
    const { waitingBytes } = engine.options;
    const overflow = spill && { spill, waitingBytes, revive: (record: SpilledRecord) => revived(family, record) };
    this.#gatherer = new Gatherer(sink, () => engine.busy(), overflow);
    this.#expressLimit = new ExpressLimit(
      engine.ports.clock,
      () => this.#gatherer.running(),
      (late) => this.#timeOut(late),
    );
  }

  /** True while what takes them is busy: add no more. */
  get blocked(): boolean {
    return this.#gatherer.blocked;
  }

  /** True when all that were added have ended and been handed on. */
  get drained(): boolean {
    return this.#gatherer.drained;
  }

  /** How what takes them failed, if it did. */
  get failure(): { readonly error: unknown } | undefined {
    return this.#gatherer.failure;
  }

  /** Those that run now, in item order. */
  *running(): Iterable<ChildExecution> {
    for (const child of this.#gatherer.running()) yield this.#whole(child);
  }

  #whole(child: Gathered): ChildExecution {
    return child instanceof DirectChild ? this.unfold(child) : (child as ChildExecution);
  }

  /** Puts a whole execution in the place of a child that is a call alone. */
  unfold(child: DirectChild): ChildExecution {
    const whole = child.unfold();
    this.#gatherer.replace(whole);
    return whole;
  }

  /** Begins a child, goes on with what is left of it, or keeps it as it ended: a failure that is kept cannot be redriven. */
  goOn({ input, left }: Taken): void {
    if (left?.kind !== "ended") this.#start(input, left);
    else if (this.#mode !== "redrive" || left.child.status === "SUCCEEDED") this.#keep(input, left.child);
    else this.#keepUnredrivable(input, left.child);
  }

  /** A child that is not started any more: it never began, or stays as it ended before. */
  leave({ input, left }: Taken): void {
    if (left?.child !== undefined) this.#keep(input, left.child);
    else this.#pass(input);
  }

  #start(input: ChildInput, left: UnfinishedChild | undefined): void {
    const { text, count } = input;
    const now = this.#engine.now();
    const { items, executions } = this.counts;
    const direct = this.#direct;
    const sent = left === undefined && direct !== null ? sentOf(direct, input) : null;
    if (direct !== null && sent !== null) return this.#call(direct, input, sent, now);
    const before = left && beforeOf(this.#family.program, left, this.#mode);
    const data = new JsonText(text);
    const child = new ChildExecution(this.#family, executions.total, items.total, count, data, now, before);
    this.counts.begun(count);
    if (left !== undefined) this.counts.remove("pendingRedrive", count);
    this.#gatherer.add(child);
    if (child.keepsHistory) recordBegin(child, before);
    if (exceeds(text)) this.#engine.end(child, TOO_LARGE);
    else this.#engine.advance(child.root, ENTER);
  }

  /** @param sent See `sentOf`. */
  #call(direct: DirectRules, input: ChildInput, sent: string, now: number): void {
    const { items, executions } = this.counts;
    const call = new DirectChild(this.#family, direct, executions.total, items.total, input, now);
    this.counts.begun(input.count);
    this.#gatherer.add(call);
    direct.histories?.began(call, input.text, sent, now);
    this.#engine.ports.invoker.invoke(call);
  }

  #keepUnredrivable(input: ChildInput, ended: EndedChild): void {
    this.counts.remove("pendingRedrive", input.count);
    this.counts.add("failuresNotRedrivable", input.count);
    this.#keep(input, ended);
  }

  #keep(input: ChildInput, ended: EndedChild): void {
    const { items, executions } = this.counts;
    this.#addEnded(new KeptChild(this.#family, executions.total, items.total, input, ended));
  }

  /** A child that is never started. */
  #pass({ text, count }: ChildInput): void {
    const { items, executions } = this.counts;
    const record = pendingRecord(text, executions.total, items.total, count, this.#family.executionType);
    this.counts.add("total", count);
    this.counts.add(COUNT_OF[record.status], count);
    this.#gatherer.add(record);
  }

  #addEnded(child: KeptChild): void {
    this.counts.add("total", child.itemCount);
    this.counts.add(COUNT_OF[child.status], child.itemCount);
    this.#onEnded(child);
    this.#gatherer.add(child);
  }

  /** To be called when a child that was begun has ended. */
  ended(child: ChildExecution | DirectChild): void {
    this.counts.ended(child.status, child.itemCount);
    this.#onEnded(child);
    this.#gatherer.ended(child);
    this.#engine.wake();
  }

  /** To be called when some may have begun: EXPRESS ones have a limit of their own. */
  watch(): void {
    if (this.#family.executionType === "EXPRESS" && this.counts.executions.running > 0) this.#expressLimit.watch();
  }

  #timeOut(children: readonly Gathered[]): void {
    for (const child of children) this.#engine.end(this.#whole(child), { status: "TIMED_OUT" });
    this.#engine.drain();
  }

  /** Ends those that run. */
  abort(cause: string): void {
    for (const child of [...this.running()]) this.#engine.end(child, { status: "ABORTED", cause });
  }

  /** No more are added, and none of them runs. */
  close(): void {
    this.#expressLimit.cancel();
    this.#gatherer.close();
    this.counts.clear("pendingRedrive");
  }

  /** Takes back those that run, without a word to anybody. */
  drop(): void {
    this.#expressLimit.cancel();
    for (const child of this.running()) abandon(child.root);
    this.#gatherer.close();
  }
}
