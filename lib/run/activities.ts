import type { Signal, TaskRequest } from "../machine/index.js";
import type { TaskTokens } from "./callbacks.js";
import type { Clock } from "./ports.js";

/** A task that was handed to a worker. */
export interface ActivityTask {
  readonly token: string;
  /** JSON text. */
  readonly input: string;
}

/** How long a worker waits for a task before it has to ask again, in ms. */
const POLL_MS = 60_000;

interface Poll {
  readonly workerName: string | undefined;
  readonly inside: boolean;
  readonly end: (task: ActivityTask | undefined) => void;
}

interface Activity {
  exists: boolean;
  /** Tasks that no worker has taken yet, oldest first. */
  readonly tasks: Set<TaskRequest>;
  readonly polls: Set<Poll>;
}

export interface ActivitiesOptions {
  readonly clock: Clock;
  readonly tokens: Pick<TaskTokens, "await" | "submitted">;
  readonly signal: (request: TaskRequest, signal: Signal) => void;
  /** Lets no virtual time pass until those who were just told of something have had their turn. */
  readonly hold: () => void;
}

export interface TakeOptions {
  /** True for a worker that is itself a state machine of this engine. */
  readonly inside?: boolean;
}

/** Activities: tasks wait here until a worker asks for one. */
export class Activities {
  readonly #options: ActivitiesOptions;
  readonly #byArn = new Map<string, Activity>();
  #polls = 0;

  constructor(options: ActivitiesOptions) {
    this.#options = options;
  }

  /** No effect when it is there already. */
  register(arn: string): void {
    const known = this.#byArn.get(arn);
    if (known === undefined) this.#byArn.set(arn, { exists: true, tasks: new Set(), polls: new Set() });
    else known.exists = true;
  }

  /** Tasks that it has stay with it, in case it comes again; workers that wait get nothing. */
  remove(arn: string): void {
    const activity = this.#byArn.get(arn);
    if (activity === undefined) return;
    activity.exists = false;
    for (const poll of activity.polls) poll.end(undefined);
    if (activity.tasks.size === 0) this.#byArn.delete(arn);
  }

  has(arn: string): boolean {
    return this.#byArn.get(arn)?.exists === true;
  }

  /** True while a worker waits for a task. */
  get polled(): boolean {
    return this.#polls > 0;
  }

  /**
   * The oldest task of an activity. Waits a minute for one, then gives undefined; at once when `signal` aborts or there is
   * no such activity. The time limits of the task begin when it is handed out, so a task that nobody takes waits for ever.
   */
  take(
    arn: string,
    workerName?: string,
    signal?: AbortSignal,
    { inside = false }: TakeOptions = {},
  ): Promise<ActivityTask | undefined> {
    const activity = this.#byArn.get(arn);
    if (activity?.exists !== true || signal?.aborted === true) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      const { clock } = this.#options;
      const end = (task: ActivityTask | undefined) => {
        if (!activity.polls.delete(poll)) return;
        this.#polls -= 1;
        timer.cancel();
        signal?.removeEventListener("abort", stop);
        this.#options.hold();
        resolve(task);
      };
      const stop = () => end(undefined);
      const poll: Poll = { workerName, inside, end };
      activity.polls.add(poll);
      this.#polls += 1;
      const timer = clock.schedule(clock.now() + POLL_MS, stop);
      signal?.addEventListener("abort", stop, { once: true });
      const [task] = activity.tasks;
      if (task !== undefined) this.#handOut(activity, task, poll);
      // The loop may be idle: it has to see the timer.
      else this.#options.hold();
    });
  }

  /** Takes in a task. */
  schedule(request: TaskRequest): void {
    const { frame, functionName: arn } = request;
    const activity = this.#byArn.get(arn);
    if (activity?.exists !== true) {
      this.#options.signal(request, { kind: "activityMissing" });
      return;
    }
    this.#options.signal(request, { kind: "activityScheduled" });
    activity.tasks.add(request);
    frame.timer = { cancel: () => activity.tasks.delete(request) };
    const [poll] = activity.polls;
    if (poll !== undefined) this.#handOut(activity, request, poll);
  }

  #handOut({ tasks }: Activity, request: TaskRequest, { workerName, inside, end }: Poll): void {
    const { signal, tokens } = this.#options;
    tasks.delete(request);
    signal(request, { kind: "activityStarted", workerName });
    tokens.await(request, { inside });
    tokens.submitted(request);
    end({ token: request.frame.taskToken ?? "", input: request.payload });
  }

  /** Lets go of workers that wait. */
  close(): void {
    for (const { polls } of this.#byArn.values()) for (const poll of polls) poll.end(undefined);
  }
}
