import { createRequire } from "node:module";
import { Worker } from "node:worker_threads";
import type { FunctionDefinition } from "../../definition/application.js";
import { describeEnvironment, lambdaEnvironment } from "./lambda-context.js";
import type { HandlerLocation } from "./load-handler.js";
import type { LocalInvokerOptions } from "./options.js";
import type { ThreadData, ToThread } from "./protocol.js";
import type { SharedMemory } from "./shared-memory.js";

export interface EnvironmentOptions
  extends Pick<LocalInvokerOptions, "region" | "environment" | "logDirectory" | "onLog"> {
  readonly definition: FunctionDefinition;
  /** Where its code is. A function of which that does not become known is not called. */
  readonly located: Promise<HandlerLocation | undefined>;
  /** Number of the worker, for logs. */
  readonly worker: number;
}

/** For young objects: half of what V8 takes, little by little, of a long run, and as fast; a quarter is a third slower. */
const YOUNG_MB = 24;

/**
 * The thread inherits the environment variables of this process (credentials, endpoints), under those of Lambda and
 * of the template; its heap is limited to the memory of the function.
 */
export function startThread(options: EnvironmentOptions, memory: SharedMemory): Worker {
  const { definition, located, worker, logDirectory, onLog } = options;
  const info = describeEnvironment(definition);
  const workerData: ThreadData = {
    info,
    worker,
    logDirectory,
    forwardLog: onLog !== undefined,
    memory: memory.buffer,
  };
  const thread = new Worker(createRequire(import.meta.url).resolve("#thread-worker"), {
    workerData,
    env: defined({ ...process.env, ...lambdaEnvironment(definition, info, options) }),
    execArgv: [],
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: definition.memoryMB, maxYoungGenerationSizeMb: YOUNG_MB },
  });
  void located.then((location) => {
    if (location !== undefined) thread.postMessage({ kind: "load", location } satisfies ToThread);
  });
  return thread;
}

function defined(variables: Record<string, string | undefined>): Record<string, string> {
  const entries = Object.entries(variables).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return Object.fromEntries(entries);
}
