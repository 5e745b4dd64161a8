import { randomUUID } from "node:crypto";
import { threw } from "./error-document.js";
import { type EnvironmentInfo, lambdaContext } from "./lambda-context.js";
import { type CallsMessage, decodeCall, encodeOutcome, type OutcomesMessage } from "./protocol.js";
import { invalidRequestContent } from "./refusals.js";
import { type Handler, isThenable, serializeResult, startHandler } from "./run-handler.js";
import type { SharedMemory } from "./shared-memory.js";
import type { CapturedOutput } from "./thread-console.js";

/** Finished outcomes wait at most this long for the others of their message, in ms. */
const PATIENCE_MS = 3;

/** Runs the calls of messages inside a thread and sends their outcomes. */
export interface CallRunner {
  /** Set when the handler is loaded; otherwise `loadError` is, and every call fails with that document. */
  handler: Handler | undefined;
  loadError: string | undefined;
  run(message: CallsMessage): Promise<void>;
  /** Sends what is finished. */
  flush(): void;
}

export function makeCallRunner(
  info: EnvironmentInfo,
  memory: SharedMemory,
  post: (message: OutcomesMessage) => void,
  output: CapturedOutput,
): CallRunner {
  let cell = 0;
  /** Finished outcomes that have not been sent, and the index of the next call to finish. */
  let text = "";
  let count = 0;
  let next = 0;
  let sentAt = performance.now();
  let sentMs = Date.now();

  function send(done: boolean): void {
    const now = performance.now();
    post({ kind: "outcomes", cell, count, text, done, busyMs: now - sentAt });
    memory.forget();
    text = "";
    count = 0;
    sentAt = now;
    sentMs = Date.now();
  }

  function finish(line: string): void {
    text += `${line}\n`;
    count++;
    if (!memory.keep(cell, next++, line)) send(false);
  }

  async function callHandler(line: string, begunAt: number): Promise<string> {
    const { payload, clientContext } = decodeCall(line);
    const requestId = randomUUID();
    output.requestId = requestId;
    let event: unknown;
    try {
      event = JSON.parse(payload);
    } catch (error) {
      return encodeOutcome(invalidRequestContent((error as Error).message, requestId));
    }
    try {
      const context = lambdaContext(info, begunAt, requestId, clientContext);
      const started = startHandler(runner.handler as Handler, event, context);
      const result = serializeResult(isThenable(started) ? await started : started);
      return typeof result === "string" ? result : encodeOutcome(result);
    } catch (error) {
      return encodeOutcome(threw(error));
    }
  }

  const runner: CallRunner = {
    handler: undefined,
    loadError: undefined,

    async run(message) {
      cell = message.cell;
      next = 0;
      sentAt = performance.now();
      sentMs = Date.now();
      // Fires only while a call waits for something: calls that compute are followed by the look at the time below.
      const early = message.count > 1 ? setInterval(runner.flush, PATIENCE_MS) : undefined;
      for (let start = 0; ; ) {
        const now = Date.now();
        if (count > 0 && now - sentMs >= PATIENCE_MS) send(false);
        if (memory.claim(cell, now) >= message.count) break;
        const end = message.text.indexOf("\n", start);
        const line = message.text.slice(start, end);
        start = end + 1;
        finish(runner.loadError === undefined ? await callHandler(line, now) : `!${runner.loadError}`);
      }
      clearInterval(early);
      memory.rest();
      send(true);
    },

    flush() {
      if (count > 0) send(false);
    },
  };
  return runner;
}
