import { closeSync, mkdirSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { format } from "node:util";

/** One line that a handler wrote. */
export interface LogEntry {
  readonly functionName: string;
  /** Number of the worker, from 0; 0 on the event loop. */
  readonly worker: number;
  /** Request id of the invocation that was running; empty while the module was loading. */
  readonly requestId: string;
  readonly level: LogLevel;
  readonly message: string;
  /** Epoch ms. */
  readonly timestamp: number;
}

export type LogLevel = "TRACE" | "DEBUG" | "INFO" | "WARN" | "ERROR";

export type OnLog = (entry: LogEntry) => void;

/** The methods of the console that Lambda's Node.js runtime turns into log lines, with their levels. */
export const CONSOLE_LEVELS: Readonly<Record<"log" | "trace" | "debug" | "info" | "warn" | "error", LogLevel>> = {
  log: "INFO",
  trace: "TRACE",
  debug: "DEBUG",
  info: "INFO",
  warn: "WARN",
  error: "ERROR",
};

/** The text of a console call. */
export function formatMessage(values: readonly unknown[]): string {
  return format(...values);
}

/** A line as it stands in a Lambda log: time, request id, level and message between tabs. */
export function formatEntry(entry: LogEntry): string {
  const time = new Date(entry.timestamp).toISOString();
  return `${time}\t${entry.requestId || "undefined"}\t${entry.level}\t${entry.message}\n`;
}

/**
 * A log file, made at the first line. Lines are written at once: the last ones before a crash or a time-out are those
 * that matter.
 */
export class LogFile {
  readonly #path: string;
  readonly #directory: string;
  #fd: number | undefined;

  constructor(directory: string, functionName: string, worker: number) {
    this.#directory = directory;
    this.#path = join(directory, `${functionName}-${worker}.log`);
  }

  readonly write = (entry: LogEntry): void => {
    if (this.#fd === undefined) {
      mkdirSync(this.#directory, { recursive: true });
      this.#fd = openSync(this.#path, "a");
    }
    writeSync(this.#fd, formatEntry(entry));
  };

  close(): void {
    if (this.#fd !== undefined) closeSync(this.#fd);
    this.#fd = undefined;
  }
}
