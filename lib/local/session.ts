import { realClock } from "../adapters/clock/real.js";
import { virtualClock } from "../adapters/clock/virtual.js";
import type { LocalInvoker } from "../adapters/invoke/options.js";
import { memoryJournal } from "../adapters/journal/memory.js";
import { seededRandom, systemRandom } from "../adapters/random.js";
import { localServices } from "../adapters/services/local.js";
import { mockServices } from "../adapters/services/mock.js";
import { sdkServices } from "../adapters/services/sdk.js";
import { temporarySpill } from "../adapters/spill/temporary-file.js";
import type { Application, StateMachineSource } from "../definition/application.js";
import { FanoutError } from "../errors.js";
import type { JsonObject } from "../json.js";
import { compile, DefinitionError, type Machine } from "../machine/index.js";
import { Engine } from "../run/engine.js";
import type { Execution, ExecutionOutcome, ExecutionRequest } from "../run/execution.js";
import type { ChildRecord } from "../run/items.js";
import type { MapRun } from "../run/map-run/map-run.js";
import type { HistoryEvent, Random, Services } from "../run/ports.js";
import { LocalStore } from "./local-store.js";
import { mockLookup } from "./mocks.js";
import { applyOverrides, severalMapRuns } from "./overrides.js";
import { readerFailure } from "./reader-failure.js";
import { Earlier } from "./record/earlier.js";
import type { RunRecord } from "./record/run-record.js";
import { probe, sessionInvoker } from "./session-invoker.js";
import type { Progress, SessionOptions } from "./session-options.js";
import { SessionResults } from "./session-results.js";
import { ignoreStateFolder } from "./state-folder.js";
import { SessionStates } from "./states.js";
import { type RunSummary, summaryOf } from "./summary.js";

/**
 * One local run: the ports wired to this machine, one execution, its counts and results. Throws FanoutError at
 * construction for a definition that cannot be run.
 */
export class LocalSession {
  readonly machine: Machine;
  readonly #options: SessionOptions;
  readonly #engine: Engine;
  readonly #services: Services;
  readonly #stateMachines: SessionStates;
  readonly #invoker: LocalInvoker;
  readonly #store: LocalStore;
  readonly #mapRuns: MapRun[] = [];
  readonly #results: SessionResults;
  #execution: Execution | undefined;
  #expected: number | undefined;
  #began = 0;
  #elapsed: number | undefined;

  constructor(options: SessionOptions) {
    this.#options = options;
    const { stateMachine, application } = options;
    const definition = applyOverrides(stateMachine.definition, options.overrides ?? {});
    this.machine = compileOrExplain(definition, stateMachine.file);
    this.#results = new SessionResults(options, severalMapRuns(definition));
    const { region, account } = application;
    this.#invoker = options.invoker ?? sessionInvoker(options);
    this.#store = new LocalStore({ ...options, account }, (fraction) => {
      if (this.#itemsRead > 0) this.#expected = Math.round(this.#itemsRead / fraction);
    });
    const { mock, record } = options;
    const random = randomOf(options);
    const local = localServices(
      { states: () => this.#stateMachines, store: this.#store.objects },
      sdkServices({ region, random }),
    );
    this.#services = mock === undefined ? local : mockServices(mockLookup(mock, application, stateMachine), local);
    this.#engine = new Engine(
      {
        clock: options.virtualTime === true ? virtualClock({ start: startOf(record) }) : realClock(),
        invoker: this.#invoker,
        store: record?.noting(this.#store.objects) ?? this.#store.objects,
        journal: record?.journal ?? memoryJournal(),
        services: this.#services,
        random,
        spill: temporarySpill(),
      },
      {
        observer: this.#observer(),
        childHistories: record !== undefined,
        prior: (mapRunArn) => record?.prior(mapRunArn),
      },
    );
    this.#stateMachines = new SessionStates(this.#engine, application);
  }

  #observer() {
    const { hold, onWarning, record } = this.#options;
    const owned = (mapRun: MapRun) => mapRun.owner === this.#execution;
    return {
      started: (mapRun: MapRun) => {
        const { mapRunId, arn, stateName, startDate, batched } = mapRun;
        record?.mapRunStarted({ mapRunId, arn, stateName, startDate, batched, owned: owned(mapRun) });
        if (owned(mapRun)) this.#mapRuns.push(mapRun);
      },
      ended: (mapRun: MapRun, child: ChildRecord) => {
        record?.childEnded(mapRun.mapRunId, child);
        if (owned(mapRun)) this.#results.ended(child, mapRun);
      },
      ordered: (mapRun: MapRun, child: ChildRecord) => {
        if (!owned(mapRun)) return record?.pressure;
        return this.#results.ordered(child, mapRun) ?? record?.pressure ?? hold?.();
      },
      warned: (message: string, { source, line }: { source: string; line: number }) =>
        onWarning?.(message, { file: this.#store.fileOf(source).name, line }),
    };
  }

  /** Loads the functions that the definition names: see there. */
  async probe(): Promise<void> {
    await probe(this.#invoker, this.#options);
  }

  /** Rejects with FANOUT_DATA_UNUSABLE when items that a run on disk was begun with are not what they were. */
  async checkObjects(): Promise<void> {
    await this.#options.record?.checkObjects(this.#store.objects, (source) => this.#store.fileOf(source).name);
  }

  /** Runs the execution to its end. Never rejects for what happens inside it: that is the outcome. */
  async run(): Promise<{ outcome: ExecutionOutcome; summary: RunSummary }> {
    const { stateMachine, application, input, record } = this.#options;
    this.#began = performance.now();
    const arn = record?.executionArn ?? executionArn(application, stateMachine);
    const earlier = new Earlier(record, this.machine.program, this.#results);
    const outcome = await this.#outcome(earlier, {
      arn,
      name: arn.slice(arn.lastIndexOf(":") + 1),
      input,
      roleArn: stateMachine.roleArn,
      stateMachineArn: stateMachine.arn,
      stateMachineName: stateMachine.name,
      type: stateMachine.type,
      region: application.region,
      redriveCount: stateMachine.type === "STANDARD" ? (record?.redriveCount ?? 0) : undefined,
    });
    await Promise.all(this.#mapRuns.map((mapRun) => mapRun.settled));
    record?.resultsWritten();
    await earlier.tellRest(this.#mapRuns);
    this.#elapsed = performance.now() - this.#began;
    const { usage } = this.#invoker;
    return { outcome, summary: summaryOf(outcome, this.#results.tally, this.#elapsed, usage) };
  }

  async #outcome(earlier: Earlier, request: ExecutionRequest): Promise<ExecutionOutcome> {
    await earlier.tellOver();
    if (earlier.end !== undefined) return earlier.end;
    const { execution, ended } =
      earlier.restored === undefined
        ? this.#engine.start(this.machine, request)
        : this.#engine.goOn(this.machine, request, earlier.restored);
    this.#execution = execution;
    this.#stateMachines.add(execution);
    return await ended;
  }

  /** Why the run failed, in the words of a person at this machine, when it did because items could not be read. */
  async readerFailure(outcome: ExecutionOutcome): Promise<FanoutError | undefined> {
    if (outcome.status !== "FAILED" || outcome.error !== "States.ItemReaderFailed") return undefined;
    const error = this.#mapRuns.find((mapRun) => mapRun.readerError !== undefined)?.readerError;
    if (error !== undefined) return readerFailure(error, this.#store.fileOf(error.source));
    return new FanoutError("FANOUT_ITEMS_INVALID", outcome.cause ?? "the items cannot be read");
  }

  /** The files that the state machine wrote: paths of the first ones, and how many in all. */
  written(): { readonly files: readonly string[]; readonly count: number } {
    return this.#store.written();
  }

  progress(): Progress {
    const sum = (pick: (mapRun: MapRun) => number) => this.#mapRuns.reduce((total, mapRun) => total + pick(mapRun), 0);
    const failed = sum(({ items }) => items.failed + items.timedOut + items.aborted);
    const known = this.#mapRuns.length > 0 && this.#mapRuns.every((mapRun) => mapRun.totalKnown);
    return {
      done: sum(({ items }) => items.succeeded) + failed,
      failed,
      running: sum(({ executions }) => executions.running),
      total: known ? this.#itemsRead : undefined,
      expected: this.#expected,
      elapsedMs: this.#elapsed ?? (this.#began === 0 ? 0 : performance.now() - this.#began),
    };
  }

  get #itemsRead(): number {
    return this.#mapRuns.reduce((total, mapRun) => total + mapRun.itemsRead, 0);
  }

  /** The events of the execution. */
  history(): readonly HistoryEvent[] {
    return this.#execution === undefined ? [] : [...this.#engine.ports.journal.history(this.#execution.arn)];
  }

  /**
   * Starts no more children; what runs is finished, what is there is written, and the run ends as ABORTED. At once when
   * no map run is under way.
   */
  stop(): void {
    this.#options.record?.stopping();
    if ([...this.#engine.mapRuns].length > 0) this.#engine.drainAndStop();
    else this.abort();
  }

  /** Ends the execution at once: of items that are not started nothing is read or written any more. */
  abort(): void {
    this.#options.record?.stopping();
    this.#engine.drainAndStop();
    if (this.#execution !== undefined) this.#engine.stop(this.#execution);
  }

  /** Ends workers and drops what is under way. Call it in any case. */
  async close(): Promise<void> {
    this.#engine.close();
    await this.#invoker.close();
    await this.#services.close();
    await this.#engine.ports.journal.close();
    await ignoreStateFolder();
  }
}

/** The ARN of a new execution. */
export function executionArn({ region, account }: Application, { name }: StateMachineSource): string {
  return `arn:aws:states:${region}:${account}:execution:${name}:${crypto.randomUUID()}`;
}

/** A run that goes on must not draw the same numbers again: they may be in the names of what it has made. */
function randomOf({ seed, record }: SessionOptions): Random {
  if (seed === undefined) return systemRandom();
  const size = record?.left?.end.size ?? 0;
  return seededRandom(size === 0 ? seed : `${seed}/${size}`);
}

/** Virtual time goes on where it was. */
function startOf(record: RunRecord | undefined): number {
  return Math.max(Date.now(), record?.left?.lastTime ?? 0);
}

function compileOrExplain(definition: JsonObject, file: string): Machine {
  try {
    return compile(definition);
  } catch (error) {
    if (!(error instanceof DefinitionError)) throw error;
    throw new FanoutError("FANOUT_DEFINITION_INVALID", error.message, { location: { file, path: error.path } });
  }
}
