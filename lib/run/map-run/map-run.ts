import { JsonText } from "../../json.js";
import { abandon, exceeds, type Frame, type MapRunRequest, PAYLOAD_LIMIT } from "../../machine/index.js";
import type { Engine } from "../engine.js";
import type { Execution } from "../execution.js";
import { type ChildRecord, ItemReaderError } from "../items.js";
import type { RestoreMode } from "../restore.js";
import { brokenInput } from "./broken-input.js";
import { ChildExecution } from "./child.js";
import { COUNT_OF, type Counts, MapRunCounts } from "./counts.js";
import { ExpressLimit } from "./express-limit.js";
import { type Family, familyOf } from "./family.js";
import { type Gathered, Gatherer } from "./gatherer.js";
import { type ChildInput, Inputs } from "./inputs.js";
import { Intake } from "./intake.js";
import { KeptChild } from "./kept-child.js";
import { beforeOf, recordBegin, type UnfinishedChild } from "./left-child.js";
import { pendingRecord } from "./pending.js";
import type { EndedChild, PriorRun } from "./prior.js";
import { type Results, resultsOf } from "./results.js";
import { sourceOf } from "./source.js";
import { exceedsTolerance, type Tolerance } from "./tolerance.js";
import { readerVerdict, TOLERANCE_EXCEEDED, tooLargeVerdict, type Verdict, writerVerdict } from "./verdict.js";

/** Limits of a map run that can be changed while it runs; those left out stay. */
export interface MapRunUpdate {
  /** 0: as many as the service allows. */
  readonly maxConcurrency?: number | undefined;
  readonly toleratedFailureCount?: number | undefined;
  readonly toleratedFailurePercentage?: number | undefined;
}

/** Most children of a map run at once (Service Quotas L-3586FBF7). */
const SERVICE_CONCURRENCY = 10_000;

const ENTER = { kind: "enter" } as const;

/** How a child ends whose input is larger than an execution may have. */
const TOO_LARGE = {
  status: "FAILED",
  error: "States.DataLimitExceeded",
  cause: `The input of the child execution has more than the ${PAYLOAD_LIMIT} bytes that an execution may have.`,
} as const;

/**
 * A map run: items are pulled while fewer children run than may, each child is an execution of its own, and what they
 * end with is gathered in item order. Nothing here grows with the number of items.
 */
export class MapRun {
  readonly arn: string;
  readonly label: string;
  /** The last part of the ARN. */
  readonly mapRunId: string;
  readonly owner: Execution;
  readonly startDate: number;
  readonly redriveCount: number;
  /** Epoch ms; undefined when there was no redrive. */
  readonly redriveDate: number | undefined;
  readonly tolerance: Tolerance;
  maxConcurrency: number;
  status: "RUNNING" | "SUCCEEDED" | "FAILED" | "ABORTED" = "RUNNING";
  readonly stateName: string;
  /** Why its items could not be read, in the words of the reader. */
  readerError: ItemReaderError | undefined;
  /** Resolves when the run has ended and its results are written. */
  readonly settled: Promise<void>;
  #settle: () => void = () => {};

  readonly #engine: Engine;
  readonly #family: Family;
  readonly #frame: Frame;
  readonly #request: MapRunRequest;
  readonly #onDone: (mapRun: MapRun) => void;
  readonly #counts = new MapRunCounts();
  readonly #intake: Intake;
  readonly #results: Results;
  readonly #gatherer: Gatherer<Gathered>;
  readonly #expressLimit: ExpressLimit<ChildExecution>;
  readonly #prior: PriorRun | undefined;
  readonly #mode: RestoreMode | undefined;
  #loading = false;
  #checked = false;
  #unwritable = false;
  #finishing = false;
  #starting = true;
  #verdict: Verdict | undefined;
  /** Set when children are to be started no more without this being a failure of the run. */
  #stopped = false;

  constructor(
    engine: Engine,
    frame: Frame,
    owner: Execution,
    request: MapRunRequest,
    onDone: (mapRun: MapRun) => void,
  ) {
    this.#engine = engine;
    this.#frame = frame;
    this.#request = request;
    this.#onDone = onDone;
    this.settled = new Promise((resolve) => {
      this.#settle = resolve;
    });
    this.owner = owner;
    this.stateName = request.stateName;
    this.#mode = request.before === undefined ? undefined : owner.restored?.mode;
    this.#prior =
      request.before === undefined || this.#mode === undefined
        ? undefined
        : engine.options.prior?.(request.before, this.#mode);
    const now = engine.ports.clock.now();
    this.startDate = this.#prior?.startDate ?? now;
    this.redriveCount = this.#prior?.redriveCount ?? 0;
    this.redriveDate = this.redriveCount > 0 ? now : undefined;
    const { items = 0, executions = 0 } = this.#prior?.pendingRedrive ?? {};
    this.items.pendingRedrive = items;
    this.executions.pendingRedrive = executions;
    this.#family = familyOf(engine, owner, request, (child) => this.#childEnded(child));
    const { region, account, stateMachineName, label, mapRunId } = this.#family;
    this.label = label;
    this.mapRunId = mapRunId;
    this.arn = `arn:aws:states:${region}:${account}:mapRun:${stateMachineName}/${label}:${mapRunId}`;
    this.maxConcurrency = request.maxConcurrency === 0 ? SERVICE_CONCURRENCY : request.maxConcurrency;
    this.tolerance = { count: request.toleratedFailureCount, percentage: request.toleratedFailurePercentage };
    const { store } = engine.ports;
    const source = sourceOf(request, store, (message, place) => engine.options.observer?.warned?.(message, place));
    this.#intake = new Intake(new Inputs(source, request), this.#prior?.children);
    this.#results = resultsOf(request.writer, store, this.arn, this.redriveCount);
    this.#gatherer = new Gatherer(
      (record) => this.#hand(record),
      () => engine.busy(),
    );
    this.#expressLimit = new ExpressLimit(
      engine.ports.clock,
      () => this.runningChildren(),
      (children) => this.#timeOut(children),
    );
    engine.options.observer?.started?.(this);
    const redriveCount = this.redriveCount > 0 ? this.redriveCount : undefined;
    engine.signal(frame, { kind: "mapRunStarted", mapRunArn: this.arn, redriveCount });
  }

  get items(): Counts {
    return this.#counts.items;
  }

  get executions(): Counts {
    return this.#counts.executions;
  }

  /** Whether a child covers several items. */
  get batched(): boolean {
    return this.#request.batch !== undefined;
  }

  /** Items read so far. */
  get itemsRead(): number {
    return this.#intake.itemsRead;
  }

  /** All items have been read, so `total` is final. */
  get totalKnown(): boolean {
    return this.#intake.exhausted;
  }

  // Running ----------------------------------------------------------------------------------------------------------

  /** Starts what may be started; called by the engine whenever something may have changed. */
  pump(): void {
    if (this.#finishing) return;
    if (!this.#frame.live && this.status === "RUNNING") this.abort();
    this.#start();
    if (this.#family.executionType === "EXPRESS" && this.executions.running > 0) this.#expressLimit.watch();
    if (this.#gatherer.failure !== undefined) this.#giveUpWriting(this.#gatherer.failure.error);
    if (this.#verdict !== undefined && this.#intake.ready) this.#gatherPending();
    if (this.#intake.hungry && !this.#loading && this.#wantsInputs) void this.#load();
    if (this.#atEnd) void this.#finish();
  }

  get #wantsInputs(): boolean {
    return this.#starting || (this.#wantsRest && !this.#unwritable && !this.#stopped);
  }

  /** Whether children that are not started are gathered as well: for the results, or because they may have ended before. */
  get #wantsRest(): boolean {
    return this.#results.wantsPending || this.#prior !== undefined;
  }

  get #atEnd(): boolean {
    if (this.executions.running > 0 || this.#loading || !this.#gatherer.drained) return false;
    return !this.#wantsInputs || (this.#intake.exhausted && !this.#intake.ready);
  }

  #start(): void {
    const { invoker } = this.#engine.ports;
    while (
      this.#starting &&
      this.executions.running < this.maxConcurrency &&
      invoker.room > 0 &&
      !this.#gatherer.blocked &&
      this.#intake.ready
    ) {
      const { input, left } = this.#intake.take();
      if (left?.kind !== "ended") this.#startChild(input, left);
      else {
        if (this.#mode === "redrive" && left.child.status !== "SUCCEEDED") this.#notRedrivable(input.count);
        this.#keep(input, left.child);
      }
    }
  }

  #startChild({ text, count }: ChildInput, left: UnfinishedChild | undefined): void {
    const now = this.#engine.now();
    const { total: index } = this.executions;
    const before = left && beforeOf(this.#family.program, left, this.#mode);
    const child = new ChildExecution(this.#family, index, this.items.total, count, new JsonText(text), now, before);
    this.#counts.add("total", count);
    this.#counts.add("running", count);
    if (left !== undefined) this.#counts.remove("pendingRedrive", count);
    this.#gatherer.add(child);
    if (child.keepsHistory) recordBegin(child, before);
    if (exceeds(text)) this.#engine.end(child, TOO_LARGE);
    else this.#engine.advance(child.root, ENTER);
  }

  /** A child that stays as it ended. */
  #keep(input: ChildInput, ended: EndedChild): void {
    const child = new KeptChild(this.#family, this.executions.total, this.items.total, input, ended);
    this.#counts.add("total", input.count);
    this.#count(child);
    this.#engine.options.observer?.ended?.(this, child);
    this.#gatherer.add(child);
    if (child.status !== "SUCCEEDED") this.#judge();
  }

  #notRedrivable(items: number): void {
    this.#counts.remove("pendingRedrive", items);
    this.#counts.add("failuresNotRedrivable", items);
  }

  async #load(): Promise<void> {
    this.#loading = true;
    const done = this.#engine.busy();
    if (!this.#checked) await this.#checkResults();
    try {
      if (this.#wantsInputs) await this.#intake.load();
    } catch (error) {
      this.#unreadable(error);
    }
    this.#loading = false;
    if (this.#intake.exhausted) this.#judge();
    done();
  }

  /** The destination of the results is tried before anything is read or started, as AWS does. */
  async #checkResults(): Promise<void> {
    this.#checked = true;
    try {
      await this.#results.check();
    } catch (error) {
      this.#giveUpWriting(error);
    }
  }

  #giveUpWriting(error: unknown): void {
    this.#unwritable = true;
    this.#fail(writerVerdict(error));
  }

  #timeOut(children: readonly ChildExecution[]): void {
    for (const child of children) this.#engine.end(child, { status: "TIMED_OUT" });
    this.#engine.drain();
  }

  #childEnded(child: ChildExecution): void {
    this.#counts.remove("running", child.itemCount);
    this.#count(child);
    if (child.status === "FAILED") this.#unreadableIf(brokenInput(child, this.#request.reader));
    this.#engine.options.observer?.ended?.(this, child);
    this.#gatherer.flow();
    if (child.status !== "SUCCEEDED") this.#judge();
  }

  #count(child: ChildRecord): void {
    this.#counts.add(COUNT_OF[child.status], child.itemCount);
  }

  #unreadableIf(error: ItemReaderError | undefined): void {
    if (error !== undefined) this.#unreadable(error);
  }

  #unreadable(error: unknown): void {
    if (error instanceof ItemReaderError) this.readerError ??= error;
    this.#fail(readerVerdict(error));
  }

  #judge(): void {
    const failed = this.items.failed + this.items.timedOut;
    if (exceedsTolerance(this.tolerance, failed, this.#intake.exhausted ? this.#intake.itemsRead : undefined)) {
      this.#fail(TOLERANCE_EXCEEDED);
    }
  }

  /** The run fails: nothing more is started, STANDARD children are stopped, EXPRESS ones are waited for. */
  #fail(verdict: Verdict): void {
    if (this.#verdict !== undefined) return;
    this.#verdict = verdict;
    this.#starting = false;
    if (!this.#wantsRest) void this.#intake.close();
    if (this.#family.executionType === "STANDARD") this.#abortChildren();
  }

  #abortChildren(): void {
    const cause = `The map run execution [${this.arn}] which was managing this resource was aborted`;
    for (const child of [...this.#gatherer.running()]) {
      this.#engine.end(child as ChildExecution, { status: "ABORTED", cause });
    }
  }

  #gatherPending(): void {
    while (this.#intake.ready && !this.#gatherer.blocked) {
      const { input, left } = this.#intake.take();
      if (left?.child !== undefined) {
        this.#keep(input, left.child);
        continue;
      }
      const { text, count } = input;
      const record = pendingRecord(text, this.executions.total, this.items.total, count, this.#family.executionType);
      this.#counts.add("total", count);
      this.#count(record);
      this.#gatherer.add(record);
    }
  }

  /** The children that run now, in item order. */
  runningChildren(): Iterable<ChildExecution> {
    return this.#gatherer.running() as Iterable<ChildExecution>;
  }

  /** Changes limits while the run goes on; what has failed already counts. Drain the engine after it. */
  update({ maxConcurrency, toleratedFailureCount, toleratedFailurePercentage }: MapRunUpdate): void {
    if (maxConcurrency !== undefined) this.maxConcurrency = maxConcurrency || SERVICE_CONCURRENCY;
    if (toleratedFailureCount !== undefined) this.tolerance.count = toleratedFailureCount;
    if (toleratedFailurePercentage !== undefined) this.tolerance.percentage = toleratedFailurePercentage;
    this.#judge();
  }

  /** Starts nothing more; what runs goes on to its end, and the execution then ends as aborted. */
  stopStarting(): void {
    this.#starting = false;
    this.#stopped = true;
    void this.#intake.close();
  }

  /** Says in the history of `execution`, which is being stopped, that this run of it is as well. */
  recordAborted(execution: Execution): void {
    const frame = this.#frame;
    if (this.owner !== execution || !frame.live) return;
    // The closing event has room for itself alone.
    if (!execution.hasRoomFor(2)) return;
    const aborted = execution.record("MapRunAborted", frame.lastEventId);
    frame.lastEventId = execution.record("MapStateAborted", aborted);
  }

  /** The execution around it has ended, or no longer wants it. */
  abort(): void {
    this.stopStarting();
    this.status = "ABORTED";
    this.#abortChildren();
  }

  /** Takes back what is under way, without a word to anybody and without results. */
  drop(): void {
    this.#finishing = true;
    this.#expressLimit.cancel();
    for (const child of this.#gatherer.running()) abandon((child as ChildExecution).root);
    void this.#intake.close();
    void this.#results.abort().catch(() => {});
  }

  // Ending -----------------------------------------------------------------------------------------------------------

  #hand(record: ChildRecord): void | Promise<void> {
    const written = this.#results.add(record);
    this.#counts.add("resultsWritten", record.itemCount);
    const observed = record.status === "PENDING" ? undefined : this.#engine.options.observer?.ordered?.(this, record);
    if (written === undefined) return observed;
    return observed === undefined ? written : Promise.all([written, observed]).then(() => undefined);
  }

  async #finish(): Promise<void> {
    this.#finishing = true;
    this.#expressLimit.cancel();
    this.#counts.clear("pendingRedrive");
    const done = this.#engine.busy();
    try {
      if (this.#unwritable) await this.#results.abort();
      else this.#report(await this.#results.finish(this.arn));
    } catch (error) {
      this.#verdict ??= writerVerdict(error);
    }
    if (this.status === "RUNNING" && this.#verdict !== undefined) this.#signalFailure(this.#verdict);
    this.#engine.options.observer?.finished?.(this);
    this.#onDone(this);
    this.#settle();
    done();
  }

  #report({ result, tooLarge }: { result: JsonText; tooLarge: boolean }): void {
    if (this.#verdict !== undefined || this.status === "ABORTED") return;
    if (this.#stopped) {
      this.status = "ABORTED";
      this.#engine.end(this.owner, { status: "ABORTED" });
    } else if (tooLarge) {
      this.#verdict = tooLargeVerdict(this.stateName);
    } else {
      this.status = "SUCCEEDED";
      this.#engine.signal(this.#frame, { kind: "mapRunSucceeded", result });
    }
  }

  #signalFailure(verdict: Verdict): void {
    this.status = "FAILED";
    this.#engine.signal(this.#frame, { kind: "mapRunFailed", ...verdict });
  }
}
