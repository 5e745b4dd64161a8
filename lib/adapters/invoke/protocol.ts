import type { InvocationOutcome } from "../../run/ports.js";
import type { EnvironmentInfo } from "./lambda-context.js";
import type { HandlerLocation } from "./load-handler.js";
import type { LogEntry } from "./log.js";

/**
 * What a thread and its owner say to each other.
 *
 *     owner                                        thread
 *       | -- calls { cell 0, 256 lines } ----------> |  claims call after call in cell 0,
 *       | -- calls { cell 1, 256 lines } ----------> |  runs them one after another
 *       | <-- outcomes { cell 0, 40 lines } -------- |  after some ms: what is done leaves early
 *       |  (takes unclaimed calls of cell 1 back)    |
 *       | <-- outcomes { cell 0, 216 lines, done } - |
 *
 * Calls and outcomes travel as one text, a line each: JSON text written by JSON.stringify has no line breaks.
 */
/** To the thread. */
export interface CallsMessage {
  /** Where in the shared memory the calls of this message are claimed. */
  readonly cell: number;
  readonly count: number;
  /** One line per call, see encodeCall. */
  readonly text: string;
}

/** From the thread. */
export type FromThread = LoadedMessage | OutcomesMessage | CrashedMessage | LogMessage;

interface LoadedMessage {
  readonly kind: "loaded";
  /** Why the handler could not be loaded, when it could not; every call will fail with its document. */
  readonly failure?: LoadFailure | undefined;
}

export interface LoadFailure {
  /** The error document. */
  readonly document: string;
  /** What the module exports, when only the handler is missing. */
  readonly exports?: readonly string[] | undefined;
}

export interface OutcomesMessage {
  readonly kind: "outcomes";
  readonly cell: number;
  readonly count: number;
  /** One line per call, in the order of the calls, see encodeOutcome. */
  readonly text: string;
  /** The thread is through with the calls of this cell. */
  readonly done: boolean;
  /** Time spent on these calls. */
  readonly busyMs: number;
}

/** An exception that nobody caught: the thread ends, and the running call with it. */
interface CrashedMessage {
  readonly kind: "crashed";
  readonly document: string;
}

export interface LogMessage {
  readonly kind: "log";
  readonly entry: LogEntry;
}

/** What a thread is started with. */
export interface ThreadData {
  readonly location: HandlerLocation;
  readonly info: EnvironmentInfo;
  /** Number of the worker, for the log. */
  readonly worker: number;
  readonly logDirectory: string | undefined;
  readonly forwardLog: boolean;
  readonly memory: SharedArrayBuffer;
}

const NEWLINE = "\n";
const CLIENT_CONTEXT = "@";
const THREW = "!".charCodeAt(0);
const REFUSED = "?".charCodeAt(0);

/** The line of a call: its payload, or `@`, its client context, a tab and its payload. Undefined: not JSON. */
export function encodeCall(payload: string, clientContext: string | undefined): string | undefined {
  const line = payload.includes(NEWLINE) ? compact(payload) : payload;
  // What begins with the mark of a client context is no JSON anyway.
  if (line === undefined || line.startsWith(CLIENT_CONTEXT)) return undefined;
  return clientContext === undefined ? line : `${CLIENT_CONTEXT}${compact(clientContext) ?? "null"}\t${line}`;
}

export function decodeCall(line: string): { payload: string; clientContext: string | undefined } {
  if (!line.startsWith(CLIENT_CONTEXT)) return { payload: line, clientContext: undefined };
  const tab = line.indexOf("\t");
  return { payload: line.slice(tab + 1), clientContext: line.slice(1, tab) };
}

function compact(json: string): string | undefined {
  try {
    return JSON.stringify(JSON.parse(json));
  } catch {
    return undefined;
  }
}

/** The line of an outcome: the payload as it is, `!` and the error document, or `?` and [error, cause]. */
export function encodeOutcome(outcome: Exclude<InvocationOutcome, { kind: "timedOut" }>): string {
  switch (outcome.kind) {
    case "returned":
      return outcome.payload;
    case "threw":
      return `!${outcome.document}`;
    case "refused":
      return `?${JSON.stringify([outcome.error, outcome.cause])}`;
  }
}

/** The outcome between two places of a text. A payload is handed on as it is, unparsed. */
export function decodeOutcome(text: string, start: number, end: number): InvocationOutcome {
  const mark = text.charCodeAt(start);
  if (mark === THREW) return threwWith(text.slice(start + 1, end));
  if (mark === REFUSED) {
    const [error, cause] = JSON.parse(text.slice(start + 1, end)) as [string, string];
    return { kind: "refused", error, cause };
  }
  return { kind: "returned", payload: text.slice(start, end) };
}

/** The outcome that belongs to an error document. */
export function threwWith(document: string): InvocationOutcome {
  const { errorType } = JSON.parse(document) as { errorType: string };
  return { kind: "threw", errorType, document };
}
