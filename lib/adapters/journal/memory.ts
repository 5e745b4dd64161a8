import type { HistoryEvent, Journal } from "../../run/ports.js";

/** Where the events of one execution begin and end in the columns. */
interface Thread {
  first: number;
  last: number;
}

const NONE = -1;

/**
 * Keeps histories in memory as columns: one row an event, about 30 bytes beside its details, the rows of an execution
 * linked in the order they came. The event objects themselves are not kept.
 */
export function memoryJournal(): Journal {
  const columns = new Columns();
  const threads = new Map<string, Thread>();
  return {
    record({ arn }, event) {
      const row = columns.add(event);
      const thread = threads.get(arn);
      if (thread === undefined) {
        threads.set(arn, { first: row, last: row });
      } else {
        columns.link(thread.last, row);
        thread.last = row;
      }
    },
    *history(executionArn) {
      const first = threads.get(executionArn)?.first ?? NONE;
      for (let row = first; row !== NONE; row = columns.next(row)) yield columns.event(row);
    },
    close: async () => {},
  };
}

class Columns {
  #rows = 0;
  #ids = new Int32Array(256);
  #previous = new Int32Array(256);
  #next = new Int32Array(256);
  #types = new Uint16Array(256);
  #timestamps = new Float64Array(256);
  readonly #details: (HistoryEvent["details"] | undefined)[] = [];
  readonly #typeNames: string[] = [];
  readonly #typeNumbers = new Map<string, number>();

  add(event: HistoryEvent): number {
    const row = this.#rows++;
    if (row === this.#ids.length) this.#grow();
    this.#ids[row] = event.id;
    this.#previous[row] = event.previousEventId;
    this.#next[row] = NONE;
    this.#types[row] = this.#numberOf(event.type);
    this.#timestamps[row] = event.timestamp;
    this.#details.push(event.details);
    return row;
  }

  link(row: number, next: number): void {
    this.#next[row] = next;
  }

  next(row: number): number {
    return this.#next[row] ?? NONE;
  }

  event(row: number): HistoryEvent {
    const details = this.#details[row];
    return {
      id: this.#ids[row] ?? 0,
      previousEventId: this.#previous[row] ?? 0,
      timestamp: this.#timestamps[row] ?? 0,
      type: this.#typeNames[this.#types[row] ?? 0] ?? "",
      ...(details === undefined ? undefined : { details }),
    };
  }

  #numberOf(type: string): number {
    const known = this.#typeNumbers.get(type);
    if (known !== undefined) return known;
    this.#typeNumbers.set(type, this.#typeNames.length);
    return this.#typeNames.push(type) - 1;
  }

  #grow(): void {
    const size = this.#ids.length * 2;
    this.#ids = grown(this.#ids, new Int32Array(size));
    this.#previous = grown(this.#previous, new Int32Array(size));
    this.#next = grown(this.#next, new Int32Array(size));
    this.#types = grown(this.#types, new Uint16Array(size));
    this.#timestamps = grown(this.#timestamps, new Float64Array(size));
  }
}

function grown<T extends Int32Array | Uint16Array | Float64Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
