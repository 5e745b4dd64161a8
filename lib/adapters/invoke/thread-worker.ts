import { parentPort, workerData } from "node:worker_threads";
import { loadFailure, threw } from "./error-document.js";
import { loadHandler } from "./load-handler.js";
import type { CallsMessage, FromThread, ThreadData } from "./protocol.js";
import { SharedMemory } from "./shared-memory.js";
import { CallRunner } from "./thread-calls.js";
import { captureOutput } from "./thread-console.js";

/*
 * The entry of a worker thread: one execution environment of one function. Loads the handler, then runs the calls it
 * is sent, one at a time, in order.
 */

const data = workerData as ThreadData;
const waiting: CallsMessage[] = [];
let calls: CallRunner | undefined;
let running = false;

function post(message: FromThread): void {
  parentPort?.postMessage(message);
}

async function work(): Promise<void> {
  if (running || calls === undefined) return;
  running = true;
  for (let message = waiting.shift(); message !== undefined; message = waiting.shift()) await calls.run(message);
  running = false;
}

async function start(): Promise<void> {
  const output = captureOutput(data, post);
  const runner = new CallRunner(data.info, new SharedMemory(data.memory), post, output);
  process.on("exit", () => runner.flush());
  process.on("uncaughtException", (error) => crash(runner, error));
  process.on("unhandledRejection", (reason) => crash(runner, unhandledRejection(reason)));
  if (data.location.kind === "file") process.setSourceMapsEnabled(true);
  const startedAt = performance.now();
  try {
    runner.handler = await loadHandler(data.location);
    post({ kind: "loaded" });
  } catch (error) {
    const failure = loadFailure(error);
    runner.loadError = failure.document;
    post({ kind: "loaded", failure });
  }
  runner.initMs = performance.now() - startedAt;
  calls = runner;
  await work();
}

function crash(runner: CallRunner, error: unknown): void {
  runner.flush();
  post({ kind: "crashed", document: threw(error).document });
  process.exit(129);
}

function unhandledRejection(reason: unknown): Error {
  const error = new Error(String(reason), { cause: reason });
  error.name = "Runtime.UnhandledPromiseRejection";
  const frames = reason instanceof Error ? (reason.stack ?? "").split("\n").slice(1) : [];
  error.stack = [`${error.name}: ${error.message}`, ...frames].join("\n");
  return error;
}

parentPort?.on("message", (message: CallsMessage) => {
  waiting.push(message);
  void work();
});
void start();
