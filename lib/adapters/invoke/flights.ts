import { Flight } from "./flight.js";
import type { LocalInvocation } from "./options.js";
import { CELLS, type SharedMemory } from "./shared-memory.js";

/** The call that a thread is in. */
export interface RunningCall {
  readonly flight: Flight;
  readonly index: number;
  /** Undefined when its caller has been answered already. */
  readonly call: LocalInvocation | undefined;
  /** Epoch ms. */
  readonly begunAt: number;
}

/**
 * The messages under way to one thread, which works on them in the order in which they were sent. What has begun is known
 * from the memory that is shared with the thread, even while a handler blocks it.
 */
export class Flights {
  readonly #memory: SharedMemory;
  readonly #functionTimeoutMs: number;
  readonly #flights: Flight[] = [];
  #nextCell = 0;

  /** @param functionTimeoutMs Time that each call may take. Infinity: any. */
  constructor(memory: SharedMemory, functionTimeoutMs: number) {
    this.#memory = memory;
    this.#functionTimeoutMs = functionTimeoutMs;
  }

  get length(): number {
    return this.#flights.length;
  }

  /** The message whose outcomes arrive next. */
  get head(): Flight | undefined {
    return this.#flights[0];
  }

  /** Calls without an outcome. */
  get pending(): number {
    let pending = 0;
    for (const flight of this.#flights) pending += flight.count - flight.reported;
    return pending;
  }

  /** Adds a message and gives the cell where the thread is to claim its calls. */
  add(calls: LocalInvocation[]): number {
    const cell = this.#nextCell;
    this.#nextCell = (cell + 1) % CELLS;
    this.#memory.open(cell);
    this.#flights.push(new Flight(cell, calls, this.#leastTimeout(calls)));
    return cell;
  }

  /** The message at the head has had its last outcome. */
  shift(): void {
    this.#flights.shift();
  }

  clear(): void {
    this.#flights.length = 0;
  }

  /** Takes back the calls that have not begun, from messages sent before `sentBefore` (performance.now()). */
  reclaim(sentBefore: number): LocalInvocation[] {
    const taken: LocalInvocation[] = [];
    for (const flight of this.#flights) {
      if (flight.sentAt > sentBefore) continue;
      for (const call of flight.cut(this.#memory.seal(flight.cell, flight.count))) taken.push(call);
    }
    return taken;
  }

  /** The calls without an outcome whose callers still wait. */
  unanswered(): LocalInvocation[] {
    return this.#flights.flatMap((flight) => flight.unanswered());
  }

  /** The call that the thread is in, unless it is between two. */
  running(): RunningCall | undefined {
    const flight = this.#flights.findLast((each) => this.#memory.claimed(each.cell, each.count) > 0);
    if (flight === undefined) return undefined;
    const index = this.#memory.claimed(flight.cell, flight.count) - 1;
    const { begunAt } = this.#memory;
    if (index < flight.reported || begunAt === Number.POSITIVE_INFINITY) return undefined;
    return { flight, index, begunAt, call: flight.call(index) };
  }

  /** The call under way that has this request id. */
  find(requestId: string): LocalInvocation | undefined {
    for (const flight of this.#flights) {
      for (let index = flight.reported; index < flight.count; index++) {
        const call = flight.call(index);
        if (call?.requestId === requestId) return call;
      }
    }
    return undefined;
  }

  /** When to look whether a call has been running too long: epoch ms, Infinity for never. */
  nextDeadline(now: number): number {
    const running = this.running();
    let next = running === undefined ? Number.POSITIVE_INFINITY : running.begunAt + this.#timeoutOf(running.call);
    // Calls that have not begun cannot expire before their own time-out from now.
    for (const flight of this.#flights) {
      if (flight.count > (running?.flight === flight ? running.index + 1 : flight.reported)) {
        next = Math.min(next, now + flight.timeoutMs);
      }
    }
    return next;
  }

  #timeoutOf(call: LocalInvocation | undefined): number {
    return Math.min(call?.timeoutMs ?? Number.POSITIVE_INFINITY, this.#functionTimeoutMs);
  }

  #leastTimeout(calls: readonly LocalInvocation[]): number {
    let least = this.#functionTimeoutMs;
    for (const { timeoutMs } of calls) if (timeoutMs !== undefined && timeoutMs < least) least = timeoutMs;
    return least;
  }
}
