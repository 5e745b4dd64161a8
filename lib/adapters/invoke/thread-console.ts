import { CONSOLE_LEVELS, formatMessage, type LogEntry, LogFile, type LogLevel } from "./log.js";
import type { LogMessage, ThreadData } from "./protocol.js";

/** The output of the handlers of a thread. */
export interface CapturedOutput {
  /** Request id that the lines written from now on belong to. */
  requestId: string;
  /** That call is listened to: its lines go to the owner whoever else wants them or not. */
  listened: boolean;
}

/**
 * Leads everything that handlers of this thread print (console and raw writes alike) to the log, so that none of it
 * comes out of the process.
 */
export function captureOutput(data: ThreadData, post: (message: LogMessage) => void): CapturedOutput {
  const output: CapturedOutput = { requestId: "", listened: false };
  const { functionName } = data.info;
  const file = data.logDirectory === undefined ? undefined : new LogFile(data.logDirectory, functionName, data.worker);

  function log(level: LogLevel, message: string): void {
    const forward = data.forwardLog || output.listened;
    if (file === undefined && !forward) return;
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
    if (forward) post({ kind: "log", entry });
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
