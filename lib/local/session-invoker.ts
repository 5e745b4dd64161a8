import { join } from "node:path";
import { eventLoopInvoker } from "../adapters/invoke/event-loop.js";
import { withLogResults } from "../adapters/invoke/log-result.js";
import type { LocalInvoker, LocalInvokerOptions } from "../adapters/invoke/options.js";
import { threadInvoker } from "../adapters/invoke/threads.js";
import { bucketEnvironment } from "./local-store.js";
import type { SessionOptions } from "./session-options.js";
import { STATE_FOLDER } from "./state-folder.js";

/** What runs the handlers of a session. */
export function sessionInvoker(options: SessionOptions, functions: LocalInvokerOptions["functions"]): LocalInvoker {
  const { backend, workers, handlers, application } = options;
  const { region, account } = application;
  const logDirectory = options.logDirectory ?? join(STATE_FOLDER, "logs");
  const shared = { functions, region, account, logDirectory, environment: bucketEnvironment(options) };
  const invoker =
    backend === "event-loop"
      ? eventLoopInvoker({ ...shared, concurrency: workers, handlers })
      : threadInvoker({ ...shared, workers });
  return withLogResults(invoker, functions);
}
