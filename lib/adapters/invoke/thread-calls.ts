import { randomUUID } from "node:crypto";
import { requestIds } from "../../run/request-ids.js";
import type { LambdaContext } from "../../task/context.js";
import { threw } from "./error-document.js";
import { type EnvironmentInfo, lambdaContext } from "./lambda-context.js";
import { type CallsMessage, decodeCall, encodeOutcome, type FiguresMessage, type OutcomesMessage } from "./protocol.js";
import { invalidRequestContent } from "./refusals.js";
import { type Handler, isThenable, serializeResult, startHandler } from "./run-handler.js";
import type { SharedMemory } from "./shared-memory.js";
import type { CapturedOutput } from "./thread-console.js";

/** Finished outcomes wait at most this long for the others of their message, in ms. */
const PATIENCE_MS = 3;

/** Runs the calls of messages inside a thread, one after another, and sends their outcomes. */
export class CallRunner {
  /** Set when the handler is loaded; otherwise `loadError` is, and every call fails with that document. */
  handler: Handler | undefined;
  loadError: string | undefined;
  /** How long that took; told once. */
  initMs: number | undefined;
  readonly #info: EnvironmentInfo;
  readonly #memory: SharedMemory;
  readonly #post: (message: OutcomesMessage | FiguresMessage) => void;
  readonly #output: CapturedOutput;
  readonly #nextRequestId = requestIds(randomUUID);
  /** The message under way: its cell, its calls, where the next one begins, and what to call at its end. */
  #cell = 0;
  #total = 0;
  #text = "";
  #position = 0;
  #done: () => void = () => {};
  /** Outcomes that are finished and not sent, a line each. */
  #lines: string[] = [];
  #count = 0;
  /** Index of the next call to finish. */
  #next = 0;
  /** When outcomes were sent last: performance.now() and epoch ms. */
  #sentAt = 0;
  #sentMs = 0;
  /** When the running call began, performance.now(); only for one that is listened to. */
  #begunAt = 0;

  constructor(
    info: EnvironmentInfo,
    memory: SharedMemory,
    post: (message: OutcomesMessage | FiguresMessage) => void,
    output: CapturedOutput,
  ) {
    this.#info = info;
    this.#memory = memory;
    this.#post = post;
    this.#output = output;
  }

  async run({ cell, count, text }: CallsMessage): Promise<void> {
    this.#cell = cell;
    this.#total = count;
    this.#text = text;
    this.#position = 0;
    this.#next = 0;
    this.#sentAt = performance.now();
    this.#sentMs = Date.now();
    // Fires only while a call waits for something; after calls that compute the time is looked at in #goOn.
    const early = count > 1 ? setInterval(() => this.flush(), PATIENCE_MS) : undefined;
    await new Promise<void>((resolve) => {
      this.#done = resolve;
      this.#goOn();
    });
    clearInterval(early);
    this.#memory.rest();
    this.#send(true);
  }

  /** Begins calls until one has to be waited for, which then goes on, or all have ended. A promise a call is enough. */
  #goOn(): void {
    for (;;) {
      const now = Date.now();
      if (this.#count > 0 && now - this.#sentMs >= PATIENCE_MS) this.#send(false);
      if (this.#memory.claim(this.#cell, now) >= this.#total) break;
      const started = this.#start(this.#takeLine(), now);
      if (typeof started !== "string") {
        Promise.resolve(started).then(this.#returned, this.#threw);
        return;
      }
      this.#finish(started);
    }
    this.#done();
  }

  #takeLine(): string {
    const start = this.#position;
    const end = this.#text.indexOf("\n", start);
    this.#position = end + 1;
    return end === -1 ? this.#text.slice(start) : this.#text.slice(start, end);
  }

  readonly #returned = (result: unknown): void => {
    this.#finish(serialize(result));
    this.#goOn();
  };

  readonly #threw = (error: unknown): void => {
    this.#finish(fail(error));
    this.#goOn();
  };

  /** Sends what is finished. */
  flush(): void {
    if (this.#count > 0) this.#send(false);
  }

  /** Begins a call: gives the line of its outcome, or the promise of its result. */
  #start(line: string, begunAt: number): string | PromiseLike<unknown> {
    const { handler } = this;
    if (handler === undefined) return `!${this.loadError}`;
    const { payload, clientContext, requestId = this.#nextRequestId(), listened } = decodeCall(line);
    this.#output.requestId = requestId;
    this.#output.listened = listened;
    if (listened) this.#begunAt = performance.now();
    let event: unknown;
    let context: LambdaContext;
    try {
      event = JSON.parse(payload);
      context = lambdaContext(this.#info, begunAt, requestId, clientContext);
    } catch (error) {
      return encodeOutcome(invalidRequestContent((error as Error).message, requestId));
    }
    try {
      const started = startHandler(handler, event, context);
      return isThenable(started) ? started : serialize(started);
    } catch (error) {
      return fail(error);
    }
  }

  /** Tells what the call took. */
  #report(): void {
    const { requestId } = this.#output;
    const durationMs = performance.now() - this.#begunAt;
    const { initMs } = this;
    this.initMs = undefined;
    const figures = { durationMs, initMs, memoryBytes: process.memoryUsage().heapUsed };
    this.#post({ kind: "figures", requestId, figures });
  }

  #finish(line: string): void {
    if (this.#output.listened) this.#report();
    this.#lines.push(line);
    this.#count++;
    if (!this.#memory.keep(this.#cell, this.#next++, line)) this.#send(false);
  }

  #send(done: boolean): void {
    const now = performance.now();
    const busyMs = now - this.#sentAt;
    this.#post({ kind: "outcomes", cell: this.#cell, count: this.#count, text: this.#lines.join("\n"), done, busyMs });
    this.#memory.forget();
    this.#lines = [];
    this.#count = 0;
    this.#sentAt = now;
    this.#sentMs = Date.now();
  }
}

/** The line of a call that returned. */
function serialize(result: unknown): string {
  const text = serializeResult(result);
  return typeof text === "string" ? text : encodeOutcome(text);
}

/** The line of a call that threw. */
function fail(error: unknown): string {
  return encodeOutcome(threw(error));
}
