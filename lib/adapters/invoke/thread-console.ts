import { CONSOLE_LEVELS, formatMessage, type LogEntry, LogFile, type LogLevel } from "./log.js";
import type { LogMessage, ThreadData } from "./protocol.js";

/** The output of the handlers of a thread. */
export interface CapturedOutput {
  /** Request id that the lines written from now on belong to. */
  requestId: string;
}

/**
 * Leads everything that handlers of this thread print (console and raw writes alike) to the log, so that none of it
 * comes out of the process.
 */
export function captureOutput(data: ThreadData, post: (message: LogMessage) => void): CapturedOutput {
  const output: CapturedOutput = { requestId: "" };
  const { functionName } = data.info;
  const file = data.logDirectory === undefined ? undefined : new LogFile(data.logDirectory, functionName, data.worker);

  function log(level: LogLevel, message: string): void {
    if (file === undefined && !data.forwardLog) return;
    const timestamp = Date.now();
    const entry: LogEntry = {
      functionName,
      worker: data.worker,
      requestId: output.requestId,
      level,
      message,
      timestamp,
    };
    file?.write(entry);
    if (data.forwardLog) post({ kind: "log", entry });
  }

  for (const method of Object.keys(CONSOLE_LEVELS) as (keyof typeof CONSOLE_LEVELS)[]) {
    console[method] = (...values: unknown[]) => log(CONSOLE_LEVELS[method], formatMessage(values));
  }
  for (const stream of [process.stdout, process.stderr]) {
    stream.write = ((chunk: string | Uint8Array, encoding?: unknown, callback?: unknown) => {
      const text = typeof chunk === "string" ? chunk : Buffer.from(chunk).toString();
      log("INFO", text.replace(/\n$/, ""));
      const done = typeof encoding === "function" ? encoding : callback;
      if (typeof done === "function") process.nextTick(done as () => void);
      return true;
    }) as typeof stream.write;
  }
  return output;
}
