import { parentPort, workerData } from "node:worker_threads";
import { loadFailure, threw } from "./error-document.js";
import { GiveWay } from "./give-way.js";
import { type HandlerLocation, loadHandler } from "./load-handler.js";
import type { CallsMessage, FromThread, ThreadData, ToThread } from "./protocol.js";
import { SharedMemory } from "./shared-memory.js";
import { CallRunner } from "./thread-calls.js";
import { captureOutput } from "./thread-console.js";

/*
 * The entry of a worker thread: one execution environment of one function. Loads the handler that it is told of, then
 * runs the calls it is sent, one at a time, in order.
 */

const data = workerData as ThreadData;
const output = captureOutput(data, post);
const runner = new CallRunner(data.info, new SharedMemory(data.memory), post, output);
const giveWay = new GiveWay();
const waiting: CallsMessage[] = [];
let loaded = false;
let running = false;

function post(message: FromThread): void {
  parentPort?.postMessage(message);
}

async function work(): Promise<void> {
  if (running || !loaded) return;
  running = true;
  for (let message = waiting.shift(); message !== undefined; message = waiting.shift()) {
    const began = performance.now();
    await runner.run(message);
    giveWay.ran(message.count, performance.now() - began);
  }
  running = false;
}

async function load(location: HandlerLocation): Promise<void> {
  if (location.kind === "file") process.setSourceMapsEnabled(true);
  const startedAt = performance.now();
  try {
    runner.handler = await loadHandler(location);
    post({ kind: "loaded" });
  } catch (error) {
    const failure = loadFailure(error);
    runner.loadError = failure.document;
    post({ kind: "loaded", failure });
  }
  runner.initMs = performance.now() - startedAt;
  loaded = true;
  await work();
}

function crash(error: unknown): void {
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

process.on("exit", () => runner.flush());
process.on("uncaughtException", (error) => crash(error));
process.on("unhandledRejection", (reason) => crash(unhandledRejection(reason)));
parentPort?.on("message", (message: ToThread) => {
  if (message.kind === "load") {
    void load(message.location);
    return;
  }
  waiting.push(message);
  void work();
});
