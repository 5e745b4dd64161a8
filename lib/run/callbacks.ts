import { JsonText } from "../json.js";
import type { Signal, TaskRequest } from "../machine/index.js";
import { type Execution, RootExecution } from "./execution.js";
import type { Clock, Timer } from "./ports.js";
import { ownerOfToken } from "./task-token.js";

export type TokenErrorCode = "TaskDoesNotExist" | "TaskTimedOut" | "InvalidToken" | "InvalidOutput";

/** Why an answer to a task cannot be taken: `code` and `message` are those of the Step Functions API. */
export class TokenError extends Error {
  readonly code: TokenErrorCode;
  constructor(code: TokenErrorCode, message: string) {
    super(message);
    this.name = "TokenError";
    this.code = code;
  }
}

/** A task that waits for something other than a function: its time limits, and what is to be undone if it is given up. */
interface Waiting {
  readonly request: TaskRequest;
  readonly token: string | undefined;
  /** Whether somebody outside of the engine may be at work on it, against a time limit. */
  readonly hurried: boolean;
  timeout: Timer | undefined;
  heartbeat: Timer | undefined;
}

export interface TaskTokensOptions {
  readonly clock: Clock;
  /** Tells a task of its answer. A request is answered once. */
  readonly answer: (request: TaskRequest, signal: Signal) => void;
  /** Called when a task has timed out or been abandoned: whatever works on it is in vain. */
  readonly onGivenUp: (request: TaskRequest) => void;
  readonly isActivity: (arn: string) => boolean;
}

/** Tasks that wait to be answered, by their tokens. */
export class TaskTokens {
  readonly #options: TaskTokensOptions;
  readonly #byToken = new Map<string, Waiting>();
  #hurried = 0;

  constructor(options: TaskTokensOptions) {
    this.#options = options;
  }

  /**
   * Answers a task with its output, JSON text. Throws TokenError; what is no token is refused first, then what is no JSON,
   * then the token of a task that is over.
   */
  succeed(token: string, outputText: string): void {
    const owner = ownerOf(token);
    checkOutput(outputText);
    const { request } = this.#find(token, owner);
    this.#options.answer(request, { kind: "taskSucceeded", output: new JsonText(outputText) });
  }

  /** Fails a task. Throws TokenError. */
  fail(token: string, error = "", cause?: string): void {
    const { request } = this.#find(token, ownerOf(token));
    this.#options.answer(request, { kind: "taskFailed", error, cause });
  }

  /** A sign of life: the time until the next one is due begins anew. Throws TokenError. */
  heartbeat(token: string): void {
    const waiting = this.#find(token, ownerOf(token));
    // Before the call is answered no heartbeat is expected yet.
    if (waiting.heartbeat !== undefined) this.#expectHeartbeat(waiting);
  }

  /** True while somebody outside may answer a task whose time is running. */
  get hurried(): boolean {
    return this.#hurried > 0;
  }

  /**
   * Lets a task wait: its time limit begins now. Ends when its frame's timer is cancelled, by the answer or because the
   * frame is abandoned. `inside`: what has the token is itself run by the engine.
   */
  await(request: TaskRequest, { inside = false } = {}): void {
    const { frame, timeoutMs, heartbeatMs, pattern } = request;
    const token = frame.state.hasToken ? frame.taskToken : undefined;
    const limited = timeoutMs !== undefined || heartbeatMs !== undefined || hasLimit(frame.execution as Execution);
    const hurried = limited && !inside && token !== undefined && !pattern.startsWith("sync");
    const waiting: Waiting = { request, token, hurried, timeout: undefined, heartbeat: undefined };
    if (timeoutMs !== undefined) waiting.timeout = this.#after(timeoutMs, request, { kind: "taskTimedOut" });
    if (token !== undefined) this.#byToken.set(token, waiting);
    if (hurried) this.#hurried += 1;
    frame.timer = { cancel: () => this.#end(waiting) };
  }

  /** The call was taken: whoever has the token shows signs of life from now on. A job shows none. */
  submitted({ frame, pattern }: TaskRequest): void {
    if (pattern.startsWith("sync")) return;
    const waiting = this.#byToken.get(frame.taskToken ?? "");
    if (waiting !== undefined) this.#expectHeartbeat(waiting);
  }

  #expectHeartbeat(waiting: Waiting): void {
    const { request } = waiting;
    if (request.heartbeatMs === undefined) return;
    waiting.heartbeat?.cancel();
    waiting.heartbeat = this.#after(request.heartbeatMs, request, { kind: "taskTimedOut", heartbeat: true });
  }

  #after(ms: number, request: TaskRequest, signal: Signal): Timer {
    const { clock, answer, onGivenUp } = this.#options;
    return clock.schedule(clock.now() + ms, () => {
      onGivenUp(request);
      answer(request, signal);
    });
  }

  #end(waiting: Waiting): void {
    waiting.timeout?.cancel();
    waiting.heartbeat?.cancel();
    if (waiting.token !== undefined) this.#byToken.delete(waiting.token);
    if (waiting.hurried) this.#hurried -= 1;
    // The engine closes a request before it ends the waiting: an open one is that of an abandoned frame.
    if (waiting.request.open) this.#options.onGivenUp(waiting.request);
  }

  #find(token: string, owner: string): Waiting {
    const waiting = this.#byToken.get(token);
    if (waiting !== undefined) return waiting;
    const isActivity = owner.includes(":activity:");
    if (isActivity && !this.#options.isActivity(owner)) {
      throw new TokenError("TaskDoesNotExist", `Task Does Not Exist: '${owner}'`);
    }
    const why = isActivity ? owner : "Provided task does not exist anymore";
    throw new TokenError("TaskTimedOut", `Task Timed Out: '${why}'`);
  }
}

function hasLimit(execution: Execution): boolean {
  return execution instanceof RootExecution && execution.limit !== null;
}

function ownerOf(token: string): string {
  const owner = ownerOfToken(token);
  if (owner === undefined) throw new TokenError("InvalidToken", "Invalid Token: 'Invalid token'");
  return owner;
}

function checkOutput(text: string): void {
  try {
    JSON.parse(text);
  } catch (error) {
    throw new TokenError("InvalidOutput", `Invalid Output: '${(error as Error).message}'`);
  }
}
