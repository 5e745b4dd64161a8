import { fileURLToPath } from "node:url";
import { FanoutError } from "./errors.js";
import type { Json } from "./json.js";
import type { ItemFailure, ItemResult, ItemStatus } from "./local/item-results.js";
import { type QuickFanOutOptions, type QuickItems, quickTarget } from "./local/quick.js";
import { LocalSession } from "./local/session.js";
import type { Progress } from "./local/session-options.js";
import type { RunSummary } from "./local/summary.js";
import type { InputOf, OutputOf } from "./task/index.js";

/** A Lambda handler of any kind: what `task()` makes, or a plain async function. */
// biome-ignore lint/suspicious/noExplicitAny: a handler's own types are what is inferred from it.
type AnyHandler = (event: any, context: any) => unknown;

/** The handler that a type stands for: a handler itself, or a module that exports one as `handler`. */
type HandlerOf<T> = T extends AnyHandler ? T : T extends { handler: infer H extends AnyHandler } ? H : never;

export interface RunLocalOptions<T = AnyHandler> extends QuickFanOutOptions {
  /**
   * The task: the path or file URL of its module, which runs on worker threads, or the handler itself, which runs on
   * the event loop of this process.
   */
  readonly task: string | URL | HandlerOf<T>;
  /** Name of the module's export. Default: `handler`. */
  readonly handler?: string;
  /** The items: any iterable, or the path or file URL of a JSON, JSONL or CSV file. */
  readonly items: Iterable<InputOf<HandlerOf<T>>> | AsyncIterable<InputOf<HandlerOf<T>>> | string | URL;
  /** Worker threads, or items at once on the event loop. Default: one thread a core; 1,000 on the event loop. */
  readonly workers?: number;
  /** Ends the run: nothing more is started, what runs is finished, and the run's status is ABORTED. */
  readonly signal?: AbortSignal;
  /**
   * Keeps every result for `results()`. Without, memory does not grow with the items, and results can only be
   * iterated, once.
   *
   * @default true
   */
  readonly keepResults?: boolean;
  /** Makes jitter the same at every run. */
  readonly seed?: number | string;
}

/** How one item ended. */
export type Outcome<Out> =
  | { readonly index: number; readonly status: "SUCCEEDED"; readonly output: Out }
  | { readonly index: number; readonly status: Exclude<ItemStatus, "SUCCEEDED">; readonly error: ItemFailure };

/** A run that has begun. Iterate it for outcomes as they come. */
export interface LocalRun<Out> extends AsyncIterable<Outcome<Out>> {
  /** All outcomes in item order, when the run has ended. Rejects when `keepResults` is false. */
  results(): Promise<Outcome<Out>[]>;
  /** What the run came to, when it has ended. Rejects with FanoutError when the items cannot be read. */
  readonly summary: Promise<RunSummary>;
  /** Where the run stands now. */
  progress(): Progress;
}

/** Outcomes that wait to be iterated before the run is held back. */
const HIGH_WATER = 10_000;

/**
 * Runs a task over items on this machine, with the state machine that a deployed fan-out has. Resolves when the task is
 * loaded and the run has begun. Rejects with FanoutError for a task that does not load or an option out of range.
 *
 *     const run = await runLocal<typeof import("./functions/resize.js")>({ task: "functions/resize.ts", items });
 *     for await (const outcome of run) ...
 */
export async function runLocal<T = AnyHandler>(options: RunLocalOptions<T>): Promise<LocalRun<OutputOf<HandlerOf<T>>>> {
  const { task, handler, items, workers, signal, keepResults = true, seed, ...rest } = options;
  const path = typeof task === "function" ? "task" : pathOf(task);
  const target = quickTarget({ ...rest, task: path, handler, items: quickItems(items) });
  const run = new Run<OutputOf<HandlerOf<T>>>(keepResults);
  const session = new LocalSession({
    ...target,
    workers,
    seed,
    ...(typeof task === "function" ? { backend: "event-loop", handlers: { task: task as AnyHandler } } : {}),
    onResult: (result) => run.add(result),
    hold: () => run.room(),
  });
  try {
    await session.probe();
  } catch (error) {
    await session.close();
    throw error;
  }
  run.begin(session, signal);
  return run;
}

class Run<Out> implements LocalRun<Out> {
  readonly summary: Promise<RunSummary>;
  #settle!: { resolve: (summary: RunSummary) => void; reject: (error: unknown) => void };
  #session!: LocalSession;
  readonly #kept: Outcome<Out>[] | null;
  /** Outcomes to be iterated; those before `#read` have been. */
  readonly #queue: Outcome<Out>[] = [];
  #wake: () => void = () => {};
  #resume: () => void = () => {};
  #ended = false;

  constructor(keepResults: boolean) {
    this.#kept = keepResults ? [] : null;
    this.summary = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
    // Whoever does not ask for the summary need not handle its rejection.
    this.summary.catch(() => {});
  }

  begin(session: LocalSession, signal: AbortSignal | undefined): void {
    this.#session = session;
    const stop = () => session.stop();
    if (signal?.aborted === true) queueMicrotask(stop);
    signal?.addEventListener("abort", stop, { once: true });
    session
      .run()
      .then(async ({ outcome, summary }) => {
        const failure = await session.readerFailure(outcome);
        if (failure !== undefined) throw failure;
        this.#settle.resolve(summary);
      })
      .catch((error: unknown) => this.#settle.reject(error))
      .finally(() => {
        signal?.removeEventListener("abort", stop);
        this.#ended = true;
        this.#wake();
        return session.close();
      });
  }

  add(result: ItemResult): void {
    const outcome = outcomeOf<Out>(result);
    if (this.#kept === null) this.#queue.push(outcome);
    else this.#kept.push(outcome);
    this.#wake();
  }

  /** Holds the run back while too much waits to be iterated. */
  room(): void | Promise<void> {
    if (this.#queue.length < HIGH_WATER) return;
    return new Promise((resolve) => {
      this.#resume = resolve;
    });
  }

  async results(): Promise<Outcome<Out>[]> {
    if (this.#kept === null) {
      throw new FanoutError("FANOUT_USAGE", "results() needs keepResults, which was given as false");
    }
    await this.summary;
    return [...this.#kept].sort((a, b) => a.index - b.index);
  }

  progress(): Progress {
    return this.#session.progress();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Outcome<Out>, void, void> {
    for (let at = 0; ; ) {
      const source = this.#kept ?? this.#queue;
      while (at < source.length) yield source[at++] as Outcome<Out>;
      if (this.#kept === null) {
        this.#queue.length = 0;
        at = 0;
        this.#resume();
      }
      if (this.#ended) break;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    await this.summary;
  }
}

function outcomeOf<Out>(result: ItemResult): Outcome<Out> {
  const { index, status, output, error } = result;
  if (status === "SUCCEEDED") return { index, status, output: JSON.parse(output as string) as Out };
  return { index, status, error: error as ItemFailure };
}

function pathOf(file: string | URL): string {
  return typeof file === "string" && !file.startsWith("file:") ? file : fileURLToPath(file);
}

function quickItems(items: Iterable<unknown> | AsyncIterable<unknown> | string | URL): QuickItems {
  if (typeof items === "string" || items instanceof URL) return { file: pathOf(items) };
  return { lines: () => jsonLines(items as Iterable<Json>) };
}

/** Items as JSON lines, some thousand at a time. */
async function* jsonLines(items: Iterable<Json> | AsyncIterable<Json>): AsyncGenerator<Uint8Array, void, void> {
  const encoder = new TextEncoder();
  let text = "";
  for await (const item of items) {
    text += `${JSON.stringify(item)}\n`;
    if (text.length < 65_536) continue;
    yield encoder.encode(text);
    text = "";
  }
  if (text !== "") yield encoder.encode(text);
}
