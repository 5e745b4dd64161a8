import type { HistoryEvent } from "./ports.js";

/** Several events that executions record in one go, and that differ from one execution to the next in a few texts alone. */
export interface Burst {
  /** How many texts that are. */
  readonly texts: number;
  readonly events: readonly BurstEvent[];
}

/** An event without its time and those texts. A JSON value. */
export interface BurstEvent {
  readonly id: number;
  readonly previousEventId: number;
  readonly type: string;
  readonly details?: readonly [name: string, value: object];
  /** The members of the details that have such texts: what each is put together of, a number being that of a text. */
  readonly members?: readonly (readonly [name: string, parts: readonly (string | number)[]])[];
}

/** The events that a burst stands for. */
export function eventsOf({ events }: Burst, texts: readonly string[], timestamp: number): HistoryEvent[] {
  return events.map(({ id, previousEventId, type, details, members = [] }) => {
    const event = { id, previousEventId, timestamp, type };
    if (details === undefined) return event;
    const [name, value] = details;
    const filled = members.map(([member, parts]) => [member, parts.map((part) => textOf(part, texts)).join("")]);
    return { ...event, details: [name, { ...value, ...Object.fromEntries(filled) }] as const };
  });
}

function textOf(part: string | number, texts: readonly string[]): string {
  return typeof part === "string" ? part : (texts[part] as string);
}

/**
 * The burst of events that were recorded with `marks` as their texts. Null when one is there in another way than in a text
 * of their details, or when they have members that are no JSON.
 */
export function burstOf(events: readonly HistoryEvent[], marks: readonly string[]): Burst | null {
  const templates: BurstEvent[] = [];
  let texts = 0;
  for (const { id, previousEventId, type, details } of events) {
    const event = { id, previousEventId, type };
    if (details === undefined) {
      templates.push(event);
      continue;
    }
    const [name, value] = details;
    const members: [string, (string | number)[]][] = [];
    const rest: Record<string, unknown> = {};
    for (const [member, content] of Object.entries(value)) {
      const parts = typeof content === "string" ? partsOf(content, marks) : [];
      const used = parts.filter((part) => typeof part === "number");
      // In its place something is left, since members keep their order.
      rest[member] = used.length > 0 ? "" : content;
      if (used.length > 0) members.push([member, parts]);
      texts = Math.max(texts, ...used.map((mark) => mark + 1));
    }
    if (!isJson(rest) || partsOf(JSON.stringify(rest), marks.map(escaped)).length > 1) return null;
    templates.push({ ...event, details: [name, rest], ...(members.length === 0 ? {} : { members }) });
  }
  return { texts, events: templates };
}

/** A text in pieces: each mark in it is its number. */
function partsOf(text: string, marks: readonly string[]): (string | number)[] {
  for (const [number, mark] of marks.entries()) {
    const at = text.indexOf(mark);
    if (at === -1) continue;
    const [before, after] = [text.slice(0, at), text.slice(at + mark.length)].map((piece) => partsOf(piece, marks));
    return [...(before ?? []), number, ...(after ?? [])];
  }
  return text === "" ? [] : [text];
}

/** As it is inside the JSON of a text. */
function escaped(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

function isJson(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return value !== undefined;
  return Object.values(value).every(isJson);
}
