import type { FunctionDefinition } from "../../definition/application.js";
import type { InvocationOutcome } from "../../run/ports.js";
import type { ErrorDocument } from "./error-document.js";
import { formatEntry, type LogEntry } from "./log.js";
import type { CallFigures } from "./options.js";

/** Bytes of the log that a call can ask for. */
const TAIL = 4096;

/** The end of the log of one call, with the lines that Lambda writes around those of the handler. */
export class LogTail {
  readonly #definition: FunctionDefinition;
  readonly #requestId: string;
  readonly #calledAt = performance.now();
  #figures: CallFigures | undefined;
  #lines: string;

  constructor(definition: FunctionDefinition, requestId: string) {
    this.#definition = definition;
    this.#requestId = requestId;
    this.#lines = `START RequestId: ${requestId} Version: $LATEST\n`;
  }

  readonly onLog = (entry: LogEntry): void => {
    this.#lines += formatEntry(entry);
    // A character is at least a byte.
    if (this.#lines.length > TAIL * 16) this.#lines = this.#lines.slice(-TAIL);
  };

  readonly onFigures = (figures: CallFigures): void => {
    this.#figures = figures;
  };

  /** The last 4 KB in base64, as X-Amz-Log-Result has them. */
  result(outcome: InvocationOutcome, now: number): string {
    const document = outcome.kind === "threw" ? (JSON.parse(outcome.document) as ErrorDocument) : undefined;
    const text = this.#lines + this.#errorLines(document, now) + this.#lastLines(document);
    const bytes = Buffer.from(text);
    let start = Math.max(0, bytes.length - TAIL);
    // Not in the middle of a character.
    while (((bytes[start] ?? 0) & 0xc0) === 0x80) start++;
    return bytes.subarray(start).toString("base64");
  }

  /** What the runtime, or the service in its place, writes about an error. */
  #errorLines(document: ErrorDocument | undefined, now: number): string {
    if (document === undefined) return "";
    const { errorType, errorMessage, trace } = document;
    const time = new Date(now).toISOString();
    const id = this.#requestId;
    if (trace !== undefined) {
      return `${time}\t${id}\tERROR\tInvoke Error \t${JSON.stringify({ errorType, errorMessage, stack: trace })}\n`;
    }
    if (errorType === "Sandbox.Timedout") return `${time} ${id} ${errorMessage.replace(/^.* Error: /, "")}\n\n`;
    return `${errorMessage}\n${errorType}\n`;
  }

  #lastLines(document: ErrorDocument | undefined): string {
    const id = this.#requestId;
    const { memoryMB } = this.#definition;
    // A call that was ended from outside tells nothing: its time is that since it was asked for.
    const { durationMs, initMs, memoryBytes } = this.#figures ?? { durationMs: performance.now() - this.#calledAt };
    const used = memoryBytes === undefined ? memoryMB : Math.ceil(memoryBytes / 1024 / 1024);
    const parts = [
      `REPORT RequestId: ${id}`,
      `Duration: ${durationMs.toFixed(2)} ms`,
      `Billed Duration: ${Math.ceil(durationMs + (initMs ?? 0))} ms`,
      `Memory Size: ${memoryMB} MB`,
      `Max Memory Used: ${used} MB`,
    ];
    if (initMs !== undefined) parts.push(`Init Duration: ${initMs.toFixed(2)} ms`);
    if (document?.errorType === "Sandbox.Timedout") parts.push("Status: timeout");
    else if (document !== undefined && document.trace === undefined) {
      parts.push("Status: error", `Error Type: ${document.errorType}`);
    }
    return `END RequestId: ${id}\n${parts.join("\t")}\t\n`;
  }
}
