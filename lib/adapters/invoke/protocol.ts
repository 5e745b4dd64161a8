import type { InvocationOutcome } from "../../run/ports.js";
import type { EnvironmentInfo } from "./lambda-context.js";
import type { HandlerLocation } from "./load-handler.js";
import type { LogEntry } from "./log.js";
import type { CallFigures, LocalInvocation } from "./options.js";

/*
 * What a thread and its owner say to each other.
 *
 *     owner                                        thread
 *       | -- load { location } --------------------> |  which starts while the code is bundled
 *       | <-- loaded ------------------------------- |
 *       | -- calls { cell 0, 256 lines } ----------> |  claims call after call in cell 0,
 *       | -- calls { cell 1, 256 lines } ----------> |  runs them one after another
 *       | <-- outcomes { cell 0, 40 lines } -------- |  after some ms: what is done leaves early
 *       |  (takes unclaimed calls of cell 1 back)    |
 *       | <-- outcomes { cell 0, 216 lines, done } - |
 *
 * Calls and outcomes travel as one text, a line each: JSON text written by JSON.stringify has no line breaks.
 */

/** To the thread. */
export type ToThread = LoadMessage | CallsMessage;

/** Comes once. */
interface LoadMessage {
  readonly kind: "load";
  readonly location: HandlerLocation;
}

export interface CallsMessage {
  readonly kind: "calls";
  /** Where in the shared memory the calls of this message are claimed. */
  readonly cell: number;
  readonly count: number;
  /** One line per call, see encodeCall. */
  readonly text: string;
}

/** From the thread. */
export type FromThread = LoadedMessage | OutcomesMessage | CrashedMessage | LogMessage | FiguresMessage;

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

/** What a call took that is listened to; comes before its outcome. */
export interface FiguresMessage {
  readonly kind: "figures";
  readonly requestId: string;
  readonly figures: CallFigures;
}

/** What a thread is started with. */
export interface ThreadData {
  readonly info: EnvironmentInfo;
  /** Number of the worker, for the log. */
  readonly worker: number;
  readonly logDirectory: string | undefined;
  readonly forwardLog: boolean;
  readonly memory: SharedArrayBuffer;
}

const NEWLINE = "\n";
const MARK = "@";
const MARK_CODE = MARK.charCodeAt(0);
const THREW = "!".charCodeAt(0);
const REFUSED = "?".charCodeAt(0);

/**
 * The line of a call: its payload, or, for a call with more than that, `@` and its request id, `+` when it is listened
 * to, its client context and its payload, with tabs between. Undefined: not JSON.
 */
export function encodeCall(call: LocalInvocation): string | undefined {
  const { payload, clientContext, requestId } = call;
  const line = payload.includes(NEWLINE) ? compact(payload) : payload;
  // What begins with the mark is no JSON anyway.
  if (line === undefined || line.startsWith(MARK)) return undefined;
  if (clientContext === undefined && requestId === undefined) return line;
  const context = clientContext === undefined ? "" : (compact(clientContext) ?? "null");
  const listened = call.onLog === undefined ? "" : "+";
  return `${MARK}${requestId ?? ""}\t${listened}\t${context}\t${line}`;
}

/** Whether a call whose payload is on one line is its own line. */
export function isPlain({ payload, clientContext, requestId }: LocalInvocation): boolean {
  return clientContext === undefined && requestId === undefined && payload.charCodeAt(0) !== MARK_CODE;
}

/** A call as a thread sees it. */
export interface DecodedCall {
  readonly payload: string;
  readonly clientContext: string | undefined;
  readonly requestId: string | undefined;
  /** Somebody wants the console lines and figures of this very call. */
  readonly listened: boolean;
}

export function decodeCall(line: string): DecodedCall {
  if (!line.startsWith(MARK)) {
    return { payload: line, clientContext: undefined, requestId: undefined, listened: false };
  }
  // The payload comes last: it may have tabs of its own.
  const [requestId = "", listened = "", clientContext = "", ...payload] = line.slice(MARK.length).split("\t");
  return {
    payload: payload.join("\t"),
    clientContext: clientContext === "" ? undefined : clientContext,
    requestId: requestId === "" ? undefined : requestId,
    listened: listened !== "",
  };
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
