import type { HistoryEvent } from "./ports.js";

/** Several events that executions record in one go, and that differ from one execution to the next in one text alone. */
export interface Burst {
  readonly events: readonly BurstEvent[];
}

/** An event without its time, and without the text, where it has it. A JSON value. */
export interface BurstEvent {
  readonly id: number;
  readonly previousEventId: number;
  readonly type: string;
  readonly details?: readonly [name: string, value: object];
  /** The member of the details that is the text. */
  readonly member?: string;
}

/** The events that a burst stands for. */
export function eventsOf({ events }: Burst, text: string, timestamp: number): HistoryEvent[] {
  return events.map(({ id, previousEventId, type, details, member }) => {
    const event = { id, previousEventId, timestamp, type };
    if (details === undefined) return event;
    const [name, value] = details;
    return { ...event, details: [name, member === undefined ? value : { ...value, [member]: text }] as const };
  });
}

/**
 * The burst of events that were recorded with `mark` as their text. Null when it is there in another way than as a whole
 * member of their details, or when they have members that are no JSON.
 */
export function burstOf(events: readonly HistoryEvent[], mark: string): Burst | null {
  const templates: BurstEvent[] = [];
  for (const { id, previousEventId, type, details } of events) {
    const members = Object.entries(details?.[1] ?? {});
    const [member, ...more] = members.filter(([, value]) => value === mark).map(([name]) => name);
    const rest = JSON.stringify(members.map(([name, value]) => (name === member ? "" : value)));
    if (more.length > 0 || rest.includes(JSON.stringify(mark).slice(1, -1)) || !isJson(details?.[1] ?? {})) return null;
    const event = { id, previousEventId, type };
    if (details === undefined) templates.push(event);
    else if (member === undefined) templates.push({ ...event, details });
    else templates.push({ ...event, details: [details[0], { ...details[1], [member]: "" }], member });
  }
  return { events: templates };
}

function isJson(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return value !== undefined;
  return Object.values(value).every(isJson);
}
