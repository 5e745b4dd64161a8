import { join } from "node:path";
import { eventLoopInvoker } from "../adapters/invoke/event-loop.js";
import { functionTable } from "../adapters/invoke/functions.js";
import { withLogResults } from "../adapters/invoke/log-result.js";
import type { LocalInvoker } from "../adapters/invoke/options.js";
import { threadInvoker } from "../adapters/invoke/threads.js";
import { bucketEnvironment } from "./bucket-environment.js";
import type { BucketOptions } from "./local-store.js";
import type { SessionOptions } from "./session-options.js";
import { STATE_FOLDER } from "./state-folder.js";

/** What decides how the handlers of a session are run. */
export type SessionInvokerOptions = BucketOptions &
  Pick<SessionOptions, "application" | "backend" | "workers" | "handlers" | "logDirectory">;

/** What runs the handlers of a session. */
export function sessionInvoker(options: SessionInvokerOptions): LocalInvoker {
  const { backend, workers, handlers, application } = options;
  const { region, account } = application;
  const functions = functionTable(application.functions);
  const logDirectory = options.logDirectory ?? join(STATE_FOLDER, "logs");
  const shared = { functions, region, account, logDirectory, environment: bucketEnvironment(options) };
  const invoker =
    backend === "event-loop"
      ? eventLoopInvoker({ ...shared, concurrency: workers, handlers })
      : threadInvoker({ ...shared, workers });
  return withLogResults(invoker, functions);
}

/**
 * Loads the functions that the definition names, so that a broken one is told of before anything runs. Rejects with
 * FanoutError.
 */
export async function probe(
  invoker: LocalInvoker,
  { application, stateMachine }: Pick<SessionOptions, "application" | "stateMachine">,
): Promise<void> {
  const text = JSON.stringify(stateMachine.definition);
  const named = application.functions.filter(
    ({ name, arn }) => text.includes(arn) || text.includes(JSON.stringify(name)),
  );
  for (const { name } of named) await invoker.probe(name);
}
