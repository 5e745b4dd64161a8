import type { JsonText } from "../../json.js";
import type { Frame, MapRunRequest } from "../../machine/index.js";
import type { Engine } from "../engine.js";
import type { Execution } from "../execution.js";
import { type ChildRecord, ItemReaderError } from "../items.js";
import type { RestoreMode } from "../restore.js";
import { brokenInput } from "./broken-input.js";
import { ChildExecution } from "./child.js";
import { Children } from "./children.js";
import type { Counts } from "./counts.js";
import { type Family, familyOf } from "./family.js";
import { Inputs } from "./inputs.js";
import { Intake } from "./intake.js";
import type { PriorRun } from "./prior.js";
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
  readonly #intake: Intake;
  readonly #results: Results;
  readonly #children: Children;
  readonly #prior: PriorRun | undefined;
  readonly #mode: RestoreMode | undefined;
  /** The state and the observer know of it. */
  #begun = false;
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
    this.#family = familyOf(engine, owner, request, {
      now: () => engine.now(),
      ended: (child) => this.#children.ended(child),
      unfold: (child) => this.#children.unfold(child),
    });
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
    this.#children = new Children({
      engine,
      family: this.#family,
      mode: this.#mode,
      onEnded: (record) => this.#childEnded(record),
      sink: (record) => this.#hand(record),
    });
    const { items = 0, executions = 0 } = this.#prior?.pendingRedrive ?? {};
    this.items.pendingRedrive = items;
    this.executions.pendingRedrive = executions;
    if (this.#results.check === undefined || this.#mode === "resume") this.#begin();
  }

  /** Not before it is known that the results can be written: AWS makes no map run whose destination refuses them. */
  #begin(): void {
    this.#begun = true;
    this.#engine.options.observer?.started?.(this);
    const redriveCount = this.redriveCount > 0 ? this.redriveCount : undefined;
    this.#engine.signal(this.#frame, { kind: "mapRunStarted", mapRunArn: this.arn, redriveCount });
  }

  get items(): Counts {
    return this.#children.counts.items;
  }

  get executions(): Counts {
    return this.#children.counts.executions;
  }

  /** Whether a child covers several items. */
  get batched(): boolean {
    return this.#request.batch !== undefined;
  }

  /** Items read so far. */
  get itemsRead(): number {
    return this.#intake.itemsRead;
  }

  /** Items and children that wait for their first start; none as long as items are being read, nor in a redrive. */
  get waiting(): { readonly items: number; readonly executions: number } {
    if (this.status !== "RUNNING" || this.redriveCount > 0 || !this.totalKnown) return { items: 0, executions: 0 };
    return { items: this.itemsRead - this.items.total, executions: this.#intake.made - this.executions.total };
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
    this.#children.watch();
    if (this.#children.failure !== undefined) this.#giveUpWriting(this.#children.failure.error);
    if (this.#verdict !== undefined || (this.status === "ABORTED" && !this.#stopped)) this.#leaveRest();
    if (this.#intake.hungry && !this.#loading && this.#wantsInputs) void this.#load();
    if (this.#atEnd) void this.#finish();
  }

  get #wantsInputs(): boolean {
    return this.#starting || (this.#wantsRest && !this.#unwritable && !this.#stopped);
  }

  /**
   * Whether children that are not started are gathered as well: for the results, because they may have ended before, or
   * for the counts alone. For those no file is read to its end, unless that is wanted.
   */
  get #wantsRest(): boolean {
    if (this.#results.wantsPending || this.#prior !== undefined) return true;
    return this.#request.reader === undefined || this.#engine.options.countsUnstarted === true;
  }

  get #atEnd(): boolean {
    if (this.executions.running > 0 || this.#loading || !this.#children.drained) return false;
    return !this.#wantsInputs || (this.#intake.exhausted && !this.#intake.ready);
  }

  #start(): void {
    const { invoker } = this.#engine.ports;
    while (
      this.#starting &&
      this.executions.running < this.maxConcurrency &&
      invoker.room > 0 &&
      !this.#children.blocked &&
      this.#intake.ready
    ) {
      const { input, left } = this.#intake.take();
      if (left?.kind !== "ended") this.#children.start(input, left);
      else if (this.#mode !== "redrive" || left.child.status === "SUCCEEDED") this.#children.keep(input, left.child);
      else this.#children.keepUnredrivable(input, left.child);
    }
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
      await this.#results.check?.();
    } catch (error) {
      this.#giveUpWriting(error);
      return;
    }
    if (!this.#begun && this.#frame.live && !this.#finishing) this.#begin();
  }

  #giveUpWriting(error: unknown): void {
    this.#unwritable = true;
    this.#fail(writerVerdict(error));
  }

  #childEnded(record: ChildRecord): void {
    if (record.status === "FAILED" && record instanceof ChildExecution) {
      const broken = brokenInput(record, this.#request.reader);
      if (broken !== undefined) this.#unreadable(broken);
    }
    this.#engine.options.observer?.ended?.(this, record);
    if (record.status !== "SUCCEEDED") this.#judge();
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
    this.#children.abort(`The map run execution [${this.arn}] which was managing this resource was aborted`);
  }

  /** Those that are not started any more: never begun, or as they ended before. */
  #leaveRest(): void {
    while (this.#intake.ready && !this.#children.blocked) {
      const { input, left } = this.#intake.take();
      if (left?.child !== undefined) this.#children.keep(input, left.child);
      else this.#children.leave(input);
    }
  }

  /** The children that run now, in item order. */
  runningChildren(): Iterable<ChildExecution> {
    return this.#children.running();
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
    if (this.owner !== execution || !frame.live || !this.#begun) return;
    // The closing event has room for itself alone.
    if (!execution.hasRoomFor(2)) return;
    const aborted = execution.record("MapRunAborted", frame.lastEventId);
    frame.lastEventId = execution.record("MapStateAborted", aborted);
  }

  /** The execution around it has ended, or no longer wants it. */
  abort(): void {
    this.#starting = false;
    if (!this.#begun || !this.#wantsRest) this.stopStarting();
    this.status = "ABORTED";
    this.#abortChildren();
  }

  /** Takes back what is under way, without a word to anybody and without results. */
  drop(): void {
    this.#finishing = true;
    this.#children.drop();
    void this.#intake.close();
    void this.#results.abort().catch(() => {});
  }

  // Ending -----------------------------------------------------------------------------------------------------------

  #hand(record: ChildRecord): void | Promise<void> {
    const written = this.#results.add(record);
    this.#children.counts.written(record.itemCount);
    const observed = record.status === "PENDING" ? undefined : this.#engine.options.observer?.ordered?.(this, record);
    if (written === undefined) return observed;
    return observed === undefined ? written : Promise.all([written, observed]).then(() => undefined);
  }

  async #finish(): Promise<void> {
    this.#finishing = true;
    this.#children.close();
    const done = this.#engine.busy();
    try {
      if (this.#unwritable || !this.#begun) await this.#results.abort();
      else this.#report(await this.#results.finish(this.arn));
    } catch (error) {
      this.#verdict ??= writerVerdict(error);
    }
    if (this.status === "RUNNING" && this.#verdict !== undefined) this.#signalFailure(this.#verdict);
    if (this.#begun) this.#engine.options.observer?.finished?.(this);
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
    this.#engine.signal(
      this.#frame,
      this.#begun ? { kind: "mapRunFailed", ...verdict } : { kind: "mapRunRefused", cause: verdict.cause },
    );
  }
}
