import { AsyncLocalStorage } from "node:async_hooks";
import { CONSOLE_LEVELS, formatMessage, type LogEntry, LogFile, type OnLog } from "./log.js";
import type { LocalInvokerOptions } from "./options.js";

/** A call that runs in this process. */
export interface RunningCall {
  readonly functionName: string;
  /** Empty while the module is loading. */
  readonly requestId: string;
  readonly onLog?: OnLog | undefined;
  /** Called when the handler calls process.exit. */
  exit(code: number): void;
}

type ConsoleMethod = keyof typeof CONSOLE_LEVELS;

/**
 * Keeps handlers that run in this process from harming it: their console lines go to the log, their process.exit ends
 * their own call, and the environment variables they need are taken away at the end. Code outside of handlers notices
 * nothing. The changes to globals last from the first call to close().
 */
export class HostGuard {
  readonly #calls = new AsyncLocalStorage<RunningCall>();
  readonly #options: Pick<LocalInvokerOptions, "logDirectory" | "onLog">;
  readonly #files = new Map<string, LogFile>();
  readonly #undo: (() => void)[] = [];
  #installed = false;

  constructor(options: Pick<LocalInvokerOptions, "logDirectory" | "onLog">) {
    this.#options = options;
  }

  /** Runs code of a handler; everything it starts counts as part of the call. */
  run<T>(call: RunningCall, code: () => Promise<T>): Promise<T> {
    if (!this.#installed) this.#install();
    return this.#calls.run(call, code);
  }

  setEnvironment(variables: Readonly<Record<string, string | undefined>>): void {
    for (const [name, value] of Object.entries(variables)) {
      const before = process.env[name];
      setVariable(name, value);
      this.#undo.push(() => setVariable(name, before));
    }
  }

  /** Traces of bundled handlers name the lines of their sources; only for modules that are loaded from now on. */
  enableSourceMaps(): void {
    if (process.sourceMapsEnabled) return;
    process.setSourceMapsEnabled(true);
    this.#undo.push(() => process.setSourceMapsEnabled(false));
  }

  close(): void {
    for (const undo of this.#undo.splice(0).reverse()) undo();
    for (const file of this.#files.values()) file.close();
    this.#files.clear();
    this.#calls.disable();
  }

  #install(): void {
    this.#installed = true;
    for (const method of Object.keys(CONSOLE_LEVELS) as ConsoleMethod[]) this.#captureConsole(method);
    const exit = process.exit;
    process.exit = ((code?: number) => {
      const call = this.#calls.getStore();
      if (call === undefined) return exit(code);
      call.exit(Number(code ?? process.exitCode ?? 0));
      throw new Error(`process.exit(${code ?? ""}) was called by a handler`);
    }) as typeof process.exit;
    this.#undo.push(() => {
      process.exit = exit;
    });
  }

  #captureConsole(method: ConsoleMethod): void {
    const original = console[method];
    console[method] = (...values: unknown[]) => {
      const call = this.#calls.getStore();
      if (call === undefined) return original.apply(console, values);
      const { functionName, requestId, onLog } = call;
      const message = formatMessage(values);
      const level = CONSOLE_LEVELS[method];
      const entry: LogEntry = { functionName, worker: 0, requestId, level, message, timestamp: Date.now() };
      this.#log(entry);
      onLog?.(entry);
    };
    this.#undo.push(() => {
      console[method] = original;
    });
  }

  #log(entry: LogEntry): void {
    this.#options.onLog?.(entry);
    const { logDirectory } = this.#options;
    if (logDirectory === undefined) return;
    let file = this.#files.get(entry.functionName);
    if (file === undefined) {
      file = new LogFile(logDirectory, entry.functionName, 0);
      this.#files.set(entry.functionName, file);
    }
    file.write(entry);
  }
}

function setVariable(name: string, value: string | undefined): void {
  if (value === undefined) delete process.env[name];
  else process.env[name] = value;
}
