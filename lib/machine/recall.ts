import type { Json, JsonObject, JsonText } from "../json.js";

/** An event that an execution has recorded before it was interrupted. */
export interface RecordedEvent {
  readonly id: number;
  readonly previousEventId: number;
  readonly type: string;
  /** Name and index, which tell siblings apart. */
  readonly name: string | undefined;
  readonly index: number | undefined;
  /** Only of StateExited events. */
  readonly exit: RecordedExit | undefined;
}

export interface RecordedExit {
  readonly output: JsonText;
  readonly assigned: JsonObject | null;
}

/**
 * The events of attempts that were under way when an execution was interrupted. An attempt that begins again comes by
 * them once more: each is found by what it follows, and is not written a second time.
 */
export class Recall {
  /** By the id of the event they follow. */
  readonly #events = new Map<number, RecordedEvent[]>();

  constructor(events: Iterable<RecordedEvent>) {
    for (const event of events) {
      const siblings = this.#events.get(event.previousEventId);
      if (siblings === undefined) this.#events.set(event.previousEventId, [event]);
      else siblings.push(event);
    }
  }

  /** Takes the event that would be recorded now; undefined when it has not been recorded. */
  take(type: string, previousEventId: number, details: object | undefined): RecordedEvent | undefined {
    const siblings = this.#events.get(previousEventId);
    if (siblings === undefined) return undefined;
    const { name, index } = (details ?? {}) as { name?: Json; index?: Json };
    const at = siblings.findIndex((event) => event.type === type && event.name === name && event.index === index);
    if (at === -1) return undefined;
    const [event] = siblings.splice(at, 1);
    if (siblings.length === 0) this.#events.delete(previousEventId);
    return event;
  }
}
