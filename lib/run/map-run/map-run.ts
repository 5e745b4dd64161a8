import type { JsonText } from "../../json.js";
import type { Frame, MapRunRequest } from "../../machine/index.js";
import type { Engine } from "../engine.js";
import type { Execution } from "../execution.js";
import { type ChildRecord, ItemReaderError } from "../items.js";
import { attemptOf } from "./attempt.js";
import { brokenInput } from "./broken-input.js";
import { ChildExecution } from "./child.js";
import { Children } from "./children.js";
import type { Counts } from "./counts.js";
import { Ending } from "./ending.js";
import { type Family, familyOf } from "./family.js";
import { Feeder } from "./feeder.js";
import { Inputs } from "./inputs.js";
import { Intake } from "./intake.js";
import { Limits, type MapRunUpdate } from "./limits.js";
import { MapState } from "./map-state.js";
import { type Results, resultsOf } from "./results.js";
import { sourceOf } from "./source.js";
import type { Tolerance } from "./tolerance.js";
import { readerVerdict, TOLERANCE_EXCEEDED, tooLargeVerdict, type Verdict, writerVerdict } from "./verdict.js";

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
  /** Epoch ms at which its first attempt began. */
  readonly startDate: number;
  readonly redriveCount: number;
  /** Epoch ms; undefined when there was no redrive. */
  readonly redriveDate: number | undefined;
  readonly stateName: string;
  /** Why its items could not be read, in the words of the reader. */
  readerError: ItemReaderError | undefined;
  /** Resolves when the run has ended and its results are written. */
  readonly settled: Promise<void>;
  #settle: () => void = () => {};

  readonly #engine: Engine;
  readonly #family: Family;
  readonly #request: MapRunRequest;
  readonly #onDone: (mapRun: MapRun) => void;
  readonly #state: MapState;
  readonly #limits: Limits;
  readonly #intake: Intake;
  readonly #results: Results;
  readonly #children: Children;
  readonly #feeder: Feeder;
  readonly #ending = new Ending();
  /** Whether children that are not started are gathered as well: for the results, or for the counts alone. */
  readonly #wantsRest: boolean;
  #finishing = false;

  constructor(
    engine: Engine,
    frame: Frame,
    owner: Execution,
    request: MapRunRequest,
    onDone: (mapRun: MapRun) => void,
  ) {
    this.#engine = engine;
    this.#request = request;
    this.#onDone = onDone;
    this.settled = new Promise((resolve) => {
      this.#settle = resolve;
    });
    this.owner = owner;
    this.stateName = request.stateName;
    const { mode, prior, startDate, redriveCount, redriveDate } = attemptOf(engine, owner, request);
    this.startDate = startDate;
    this.redriveCount = redriveCount;
    this.redriveDate = redriveDate;
    this.#state = new MapState(engine, frame, owner);
    this.#limits = new Limits(request);
    this.#family = familyOf(engine, owner, request, {
      now: () => engine.now(),
      ended: (child) => this.#children.ended(child),
      unfold: (child) => this.#children.unfold(child),
    });
    const { region, account, stateMachineName, label, mapRunId } = this.#family;
    this.label = label;
    this.mapRunId = mapRunId;
    this.arn = `arn:aws:states:${region}:${account}:mapRun:${stateMachineName}/${label}:${mapRunId}`;
    const { store } = engine.ports;
    const source = sourceOf(request, store, (message, place) => engine.options.observer?.warned?.(message, place));
    this.#intake = new Intake(new Inputs(source, request), prior?.children);
    this.#results = resultsOf(request.writer, store, this.arn, redriveCount);
    this.#children = new Children({
      engine,
      family: this.#family,
      mode,
      onEnded: (record) => this.#childEnded(record),
      sink: (record) => this.#hand(record),
    });
    // For the counts no file is read to its end, unless that is wanted. What is left of an attempt may have ended before.
    const counted = request.reader === undefined || engine.options.countsUnstarted === true;
    this.#wantsRest = this.#results.wantsPending || prior !== undefined || counted;
    this.#feeder = new Feeder({
      engine,
      intake: this.#intake,
      children: this.#children,
      limits: this.#limits,
      ending: this.#ending,
      wantsRest: this.#wantsRest,
      open: () => this.#checkResults(),
      onUnreadable: (error) => this.#unreadable(error),
      onExhausted: () => this.#judge(),
    });
    const { items = 0, executions = 0 } = prior?.pendingRedrive ?? {};
    this.items.pendingRedrive = items;
    this.executions.pendingRedrive = executions;
    if (this.#results.check === undefined || mode === "resume") this.#begin();
  }

  /** Not before it is known that the results can be written: AWS makes no map run whose destination refuses them. */
  #begin(): void {
    this.#state.begin(this.arn, this.redriveCount);
    this.#engine.options.observer?.started?.(this);
  }

  get status(): Ending["status"] {
    return this.#ending.status;
  }

  get maxConcurrency(): number {
    return this.#limits.maxConcurrency;
  }

  get tolerance(): Readonly<Tolerance> {
    return this.#limits.tolerance;
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
    if (!this.#state.live && this.status === "RUNNING") this.abort();
    this.#feeder.start();
    this.#children.watch();
    if (this.#children.failure !== undefined) this.#giveUpWriting(this.#children.failure.error);
    if (this.#ending.leavesRest) this.#feeder.leaveRest();
    this.#feeder.read();
    if (this.executions.running === 0 && this.#children.drained && this.#feeder.done) void this.#finish();
  }

  /** The destination of the results is tried before anything is read or started, as AWS does. */
  async #checkResults(): Promise<void> {
    try {
      await this.#results.check?.();
    } catch (error) {
      this.#giveUpWriting(error);
      return;
    }
    if (!this.#state.begun && this.#state.live && !this.#finishing) this.#begin();
  }

  #giveUpWriting(error: unknown): void {
    this.#ending.giveUpWriting();
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
    const total = this.#intake.exhausted ? this.#intake.itemsRead : undefined;
    if (this.#limits.exceededBy(failed, total)) this.#fail(TOLERANCE_EXCEEDED);
  }

  /** The run fails: nothing more is started, STANDARD children are stopped, EXPRESS ones are waited for. */
  #fail(verdict: Verdict): void {
    if (!this.#ending.fail(verdict)) return;
    if (!this.#wantsRest) void this.#intake.close();
    if (this.#family.executionType === "STANDARD") this.#abortChildren();
  }

  #abortChildren(): void {
    this.#children.abort(`The map run execution [${this.arn}] which was managing this resource was aborted`);
  }

  /** The children that run now, in item order. */
  runningChildren(): Iterable<ChildExecution> {
    return this.#children.running();
  }

  /** Changes limits while the run goes on; what has failed already counts. Drain the engine after it. */
  update(changes: MapRunUpdate): void {
    this.#limits.update(changes);
    this.#judge();
  }

  /** Starts nothing more; what runs goes on to its end, and the execution then ends as aborted. */
  stopStarting(): void {
    this.#ending.stop();
    void this.#intake.close();
  }

  /** Says in the history of `execution`, which is being stopped, that this run of it is as well. */
  recordAborted(execution: Execution): void {
    this.#state.recordAborted(execution);
  }

  /** The execution around it has ended, or no longer wants it. */
  abort(): void {
    if (!this.#state.begun || !this.#wantsRest) this.stopStarting();
    this.#ending.abort();
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
    const result = await this.#writeResults();
    if (this.#ending.close()) this.#state.ended(this.#ending, result);
    if (this.#state.begun) this.#engine.options.observer?.finished?.(this);
    this.#onDone(this);
    this.#settle();
    done();
  }

  /** Gives the result of the state; undefined when there is none. */
  async #writeResults(): Promise<JsonText | undefined> {
    try {
      if (this.#ending.unwritable || !this.#state.begun) return void (await this.#results.abort());
      const { result, tooLarge } = await this.#results.finish(this.arn);
      if (tooLarge && !this.#ending.stopped) this.#ending.fail(tooLargeVerdict(this.stateName));
      return result;
    } catch (error) {
      this.#ending.fail(writerVerdict(error));
      return undefined;
    }
  }
}
