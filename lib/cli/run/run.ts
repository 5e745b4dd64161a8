import { join } from "node:path";
import type { LocalInvoker } from "../../adapters/invoke/options.js";
import type { FinishedNote } from "../../adapters/journal/disk/records.js";
import { FanoutError } from "../../errors.js";
import type { ItemResult } from "../../local/item-results.js";
import type { RunRecord } from "../../local/record/run-record.js";
import type { LocalSession } from "../../local/session.js";
import { probe, sessionInvoker } from "../../local/session-invoker.js";
import type { RunSummary } from "../../local/summary.js";
import type { ExecutionOutcome } from "../../run/execution.js";
import { exceedsTolerance } from "../../run/map-run/tolerance.js";
import type { RestoreMode } from "../../run/restore.js";
import { errorText } from "../error-text.js";
import { EXIT } from "../exit-code.js";
import type { ResumeFlags } from "../resume/command.js";
import { checkFlags, type RunFlags } from "./flags.js";
import { Interrupts } from "./interrupts.js";
import { LineOutput } from "./line-output.js";
import { filesSince } from "./log-files.js";
import type { RunPlan } from "./plan.js";
import { ProgressView } from "./progress-view.js";
import { notRunDocument, Results } from "./results.js";
import type { RunData } from "./run-data.js";
import { summaryText } from "./summary-text.js";
import { painter, progressKind } from "./terminal.js";

/** Where handlers' consoles are written to. */
const LOG_DIRECTORY = join(".fanout", "logs");

/** Carries out `fanout run`. Never rejects: what went wrong is said on stderr. Gives the exit code. */
export async function run(target: string | undefined, flags: RunFlags): Promise<number> {
  return carryOut(new RunCommand(flags), target);
}

/** Carries out `fanout resume`, and `fanout redrive` of a local run, likewise. */
export async function goOn(mode: RestoreMode, { data: name, ...own }: ResumeFlags): Promise<number> {
  let data: RunData;
  try {
    data = (await import("./run-data.js")).RunData.open(name, mode);
  } catch (error) {
    process.stderr.write(`${errorText(error, own.verbose === true)}\n`);
    return EXIT.couldNotRun;
  }
  const { target, flags } = data.startedWith;
  return carryOut(new RunCommand({ ...flags, ...own }, data), target);
}

async function carryOut(command: RunCommand, target: string | undefined): Promise<number> {
  try {
    return await command.run(target);
  } catch (error) {
    return await command.fail(error);
  } finally {
    await command.close();
  }
}

class RunCommand {
  readonly #flags: RunFlags;
  readonly #view: ProgressView;
  readonly #output: LineOutput;
  readonly #interrupts: Interrupts;
  #plan: RunPlan | undefined;
  /** What runs the handlers: of the session as soon as there is one. */
  #invoker: LocalInvoker | undefined;
  /** Resolves when the functions can be called; rejects with FanoutError when one cannot. */
  #loaded: Promise<void> | undefined;
  #session: LocalSession | undefined;
  #results: Results | undefined;
  #data: RunData | undefined;
  /** Set when the journal could not be written any more. */
  #unrecorded: FanoutError | undefined;
  #begun = false;
  readonly #began = Date.now();

  /** @param data Of the run to go on with. */
  constructor(flags: RunFlags, data?: RunData) {
    const { stderr, stdout, env } = process;
    this.#flags = flags;
    this.#data = data;
    const kind = flags.quiet === true ? "none" : progressKind(flags.progress, stderr, env);
    this.#view = new ProgressView(kind, stderr, painter(stderr, env));
    this.#output = new LineOutput(stdout, {
      onGone: () => this.#session?.abort(),
      // Result lines and the live line may share a terminal.
      ...(stdout.isTTY ? { beforeWrite: () => this.#view.hide() } : {}),
    });
    this.#interrupts = new Interrupts({ stop: () => this.#stop(), drop: () => this.#results?.dropNow() });
    this.#interrupts.listen();
  }

  async run(target: string | undefined): Promise<number> {
    const flags = this.#flags;
    checkFlags(target, flags);
    if (this.#data?.over !== undefined) return this.#nothingToDo(this.#data.over);
    const plan = await this.#makePlan(target);
    this.#plan = plan;
    const record = await this.#openRecord(target, plan);
    const session = await this.#openSession(plan, record);
    this.#session = session;
    await this.#loaded;
    await session.checkObjects();
    const stdout = flags.json === true ? "document" : plan.quick ? "lines" : "output";
    this.#results = await Results.open({ out: flags.out, stdout }, this.#output);
    this.#view.start(() => session.progress());
    this.#begun = true;
    const { outcome, summary } = await session.run();
    this.#view.stop();
    if (this.#unrecorded !== undefined) throw this.#unrecorded;
    if (this.#output.gone) return this.#leave();
    const failure = await session.readerFailure(outcome);
    if (failure !== undefined) {
      await this.#data?.finish({ status: "FAILED", exitCode: EXIT.couldNotRun });
      throw failure;
    }
    // What the results say has to be in the journal before they can be seen.
    await this.#data?.flush();
    await this.#finish(this.#results, plan, outcome, summary);
    const exitCode = this.#exitCode(plan, summary);
    if (!this.#interrupted(summary)) await this.#data?.finish({ status: summary.status, exitCode });
    this.#sayWhatNext();
    return exitCode;
  }

  #sayWhatNext(): void {
    const next = this.#data?.whatNext;
    if (next !== undefined) this.#say(next);
  }

  #nothingToDo({ status, exitCode }: FinishedNote): number {
    this.#say(`nothing to do: the run is over, its status is ${status}`);
    return exitCode;
  }

  /** The record of a run with `--data`. */
  async #openRecord(target: string | undefined, plan: RunPlan): Promise<RunRecord | undefined> {
    const { data: name } = this.#flags;
    this.#data?.check(plan);
    if (name !== undefined) {
      const { RunData } = await import("./run-data.js");
      this.#data = RunData.begin(name, target, this.#flags, plan);
    }
    const record = await this.#data?.record((error) => {
      this.#unrecorded = error;
      this.#session?.abort();
    });
    for (const line of this.#data?.findings ?? []) this.#say(line);
    return record;
  }

  async #makePlan(target: string | undefined): Promise<RunPlan> {
    const { task } = this.#flags;
    if (task !== undefined) return (await import("./quick-plan.js")).quickPlan(task, this.#flags);
    return (await import("./application-plan.js")).applicationPlan(target, this.#flags, (line) => this.#say(line));
  }

  async #openSession({ session, quick }: RunPlan, record: RunRecord | undefined): Promise<LocalSession> {
    const { backend, workers, maxConcurrency, virtualTime, seed, mock, verbose, out, json } = this.#flags;
    const { toleratedFailureCount, toleratedFailurePercentage } = this.#flags;
    const wanted = out !== undefined || json === true || quick;
    const invoker = sessionInvoker({ ...session, backend, workers, logDirectory: LOG_DIRECTORY });
    this.#invoker = invoker;
    // The functions are bundled and their threads start while the engine is loaded; only then is it told what is wrong.
    this.#loaded = probe(invoker, session);
    this.#loaded.catch(() => {});
    const { LocalSession } = await import("../../local/session.js");
    return new LocalSession({
      ...session,
      record,
      invoker,
      overrides: quick ? undefined : { maxConcurrency, toleratedFailureCount, toleratedFailurePercentage },
      virtualTime,
      mock,
      seed: seed !== undefined && /^\d+$/.test(seed) ? Number(seed) : seed,
      onResult: verbose === true ? (result) => this.#sayFailure(result) : undefined,
      onOrderedLines: wanted ? (lines) => this.#results?.add(lines) : undefined,
      onWarning: (message, location) => this.#say(warningText(message, location)),
    });
  }

  async #finish(results: Results, plan: RunPlan, outcome: ExecutionOutcome, summary: RunSummary): Promise<void> {
    const { out, verbose, quiet } = this.#flags;
    const written = this.#session?.written() ?? { files: [], count: 0 };
    const files = [...(out === undefined ? [] : [out]), ...written.files];
    const output = plan.quick || outcome.status !== "SUCCEEDED" ? undefined : outcome.output;
    await results.end({ summary, output, files });
    await this.#output.end();
    if (quiet === true) return;
    const lines = summaryText(summary, {
      verbose: verbose === true,
      withItems: plan.quick || summary.items.total > 0,
      exceeded: exceeds(plan, summary),
      hint: this.#hint(plan, outcome, summary),
      files,
      moreFiles: written.count - written.files.length,
      logs: filesSince(LOG_DIRECTORY, this.#began),
      paint: painter(process.stderr, process.env),
    });
    for (const line of lines) this.#view.say(line);
  }

  /** The most frequent surprise: one failed item ends a fan-out unless some may fail. */
  #hint(plan: RunPlan, outcome: ExecutionOutcome, summary: RunSummary): string | undefined {
    const { toleratedFailureCount, toleratedFailurePercentage } = this.#flags;
    const error = outcome.status === "FAILED" ? outcome.error : undefined;
    if (error !== "States.ExceedToleratedFailureThreshold" && !exceeds(plan, summary)) return undefined;
    if (toleratedFailureCount !== undefined || toleratedFailurePercentage !== undefined) return undefined;
    const flags = "--tolerated-failure-count or --tolerated-failure-percentage";
    return plan.quick ? `no item may fail, unless ${flags} says how many` : `more items may fail with ${flags}`;
  }

  /** Ended because its user asked it to. */
  #interrupted({ status }: RunSummary): boolean {
    return status === "ABORTED" && this.#interrupts.code !== undefined;
  }

  #exitCode(plan: RunPlan, summary: RunSummary): number {
    const { status } = summary;
    if (this.#interrupted(summary)) return this.#interrupts.code ?? EXIT.interrupted;
    return status !== "SUCCEEDED" || exceeds(plan, summary) ? EXIT.failed : EXIT.ok;
  }

  /** Nobody reads stdout any more: what was asked for has been delivered, unless it is a disk that is full. */
  async #leave(): Promise<number> {
    const { failure } = this.#output;
    if (failure !== undefined) {
      const message = `results cannot be written to stdout: ${failure.message}`;
      throw new FanoutError("FANOUT_OUTPUT_UNWRITABLE", message, { cause: failure });
    }
    await this.#results?.fail({ name: "EPIPE", message: "stdout was closed" });
    return EXIT.ok;
  }

  async fail(error: unknown): Promise<number> {
    this.#view.stop();
    const name = error instanceof FanoutError ? error.code : "Bug";
    const failure = { name, message: error instanceof Error ? error.message : String(error) };
    if (this.#results !== undefined) await this.#results.fail(failure);
    else if (this.#flags.json === true) this.#output.write(notRunDocument(failure));
    await this.#output.end();
    this.#view.say(errorText(error, this.#flags.verbose === true));
    if (!this.#begun) this.#data?.discard();
    else this.#sayWhatNext();
    return EXIT.couldNotRun;
  }

  /** Ctrl-C: before the run there is nothing to finish. */
  #stop(): void {
    if (!this.#begun) {
      this.#results?.dropNow();
      process.exit(this.#interrupts.code);
    }
    const running = this.#session?.progress().running ?? 0;
    this.#say(`stopping: finishing what runs (${running}); Ctrl-C again ends at once`);
    this.#plan?.stopReading();
    this.#session?.stop();
  }

  #say(line: string): void {
    if (this.#flags.quiet !== true) this.#view.say(line);
  }

  #sayFailure({ index, error }: ItemResult): void {
    if (error === undefined) return;
    this.#view.say(`item ${index}: ${error.stack ?? `${error.name}: ${error.message}`}`);
  }

  async close(): Promise<void> {
    this.#view.stop();
    this.#interrupts.ignore();
    this.#plan?.stopReading();
    await (this.#session ?? this.#invoker)?.close();
    this.#data?.release();
  }
}

/** More items failed inside batches than may. */
function exceeds({ tolerance }: RunPlan, { status, items }: RunSummary): boolean {
  if (status !== "SUCCEEDED" || tolerance === undefined) return false;
  return exceedsTolerance(tolerance, items.total - items.succeeded, items.total);
}

function warningText(message: string, { file, line }: { file?: string; line?: number }): string {
  return `fanout: warning: ${[file, line].filter((part) => part !== undefined).join(":")}: ${message}`;
}
