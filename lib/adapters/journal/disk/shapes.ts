import type { HistoryEvent } from "../../../run/ports.js";
import type { BlockReader } from "./block-reader.js";
import type { BlockWriter } from "./block-writer.js";

/** What a member of an event is. */
const KIND = {
  /** Text that may be large and differs from item to item. */
  data: 0,
  /** Text of which there are few. */
  name: 1,
  number: 2,
  /** Anything else, as JSON. */
  json: 3,
  /** A boolean or null, which is part of the shape. */
  constant: 4,
  undefined: 5,
  object: 6,
} as const;

interface Slot {
  readonly key: string;
  readonly kind: (typeof KIND)[keyof typeof KIND];
  readonly constant: boolean | null;
  readonly slots: readonly Slot[];
}

/**
 * Events of one type nearly always have the same members. A shape is the list of them: it is written once in a block,
 * and each event is its number and the values.
 */
export interface Shape {
  readonly type: string;
  /** Name of the details member; undefined for an event without. */
  readonly details: string | undefined;
  readonly slots: readonly Slot[];
  /** The shape itself as JSON. */
  readonly text: string;
  /** Its number in the block of that epoch. */
  epoch: number;
  number: number;
}

/** Shapes of one type that are kept: names of variables are members too, and a machine may make up ever new ones. */
const KEPT = 64;

const DATA: ReadonlySet<string> = new Set(["input", "output", "parameters", "cause", "taskToken"]);

/** The shapes that events have had. */
export class Shapes {
  /** By type, the one used last in front. */
  readonly #byType = new Map<string, Shape[]>();

  /** The shape that an event has if it is as the last one of its type was. */
  likely(type: string, details: string | undefined): Shape | undefined {
    const shape = this.#byType.get(type)?.[0];
    return shape?.details === details ? shape : undefined;
  }

  of({ type, details }: HistoryEvent): Shape {
    const name = details?.[0];
    const slots = details === undefined ? [] : slotsOf(details[1]);
    const text = JSON.stringify([type, name ?? null, slots]);
    let known = this.#byType.get(type);
    if (known === undefined) {
      known = [];
      this.#byType.set(type, known);
    }
    const at = known.findIndex((shape) => shape.text === text);
    const [shape = { type, details: name, slots, text, epoch: 0, number: 0 }] = at === -1 ? [] : known.splice(at, 1);
    known.unshift(shape);
    if (known.length > KEPT) known.pop();
    return shape;
  }
}

export function parseShape(text: string): Shape {
  const [type, details, slots] = JSON.parse(text) as [string, string | null, readonly Slot[]];
  return { type, details: details ?? undefined, slots, text, epoch: 0, number: 0 };
}

function slotsOf(value: object): readonly Slot[] {
  return Object.entries(value).map(([key, member]) => slotOf(key, member));
}

function slotOf(key: string, value: unknown): Slot {
  const slot = { key, kind: KIND.json, constant: null, slots: [] };
  switch (typeof value) {
    case "string":
      return { ...slot, kind: DATA.has(key) ? KIND.data : KIND.name };
    case "number":
      return { ...slot, kind: KIND.number };
    case "undefined":
      return { ...slot, kind: KIND.undefined };
    case "boolean":
      return { ...slot, kind: KIND.constant, constant: value };
    default:
      if (value === null) return { ...slot, kind: KIND.constant };
      return isPlain(value) ? { ...slot, kind: KIND.object, slots: slotsOf(value) } : slot;
  }
}

function isPlain(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * Writes the members of an object that has these slots; `data` writes its texts. False for one that turns out to have
 * others: what has been written until then is to be taken back.
 */
export function writeMembers(
  to: BlockWriter,
  slots: readonly Slot[],
  value: object,
  data: (text: string) => void,
): boolean {
  let at = 0;
  for (const key in value) {
    const slot = slots[at++];
    if (slot === undefined || slot.key !== key || !writeMember(to, slot, value[key as never], data)) return false;
  }
  return at === slots.length;
}

function writeMember(to: BlockWriter, slot: Slot, member: unknown, data: (text: string) => void): boolean {
  switch (slot.kind) {
    case KIND.data:
      if (typeof member !== "string") return false;
      data(member);
      return true;
    case KIND.name:
      if (typeof member !== "string") return false;
      to.name(member);
      return true;
    case KIND.object:
      return isPlain(member) && writeMembers(to, slot.slots, member, data);
    case KIND.constant:
      return member === slot.constant;
    case KIND.undefined:
      return member === undefined;
    case KIND.number:
      if (typeof member !== "number") return false;
      to.double(member);
      return true;
    case KIND.json:
      if (!Array.isArray(member)) return false;
      to.name(JSON.stringify(member));
      return true;
  }
}

export function readMembers(from: BlockReader, slots: readonly Slot[]): object {
  return Object.fromEntries(slots.map((slot) => [slot.key, readMember(from, slot)]));
}

function readMember(from: BlockReader, { kind, constant, slots }: Slot): unknown {
  switch (kind) {
    case KIND.data:
    case KIND.name:
      return from.text();
    case KIND.number:
      return from.double();
    case KIND.json:
      return JSON.parse(from.text());
    case KIND.constant:
      return constant;
    case KIND.undefined:
      return undefined;
    case KIND.object:
      return readMembers(from, slots);
  }
}

export function skipMembers(from: BlockReader, slots: readonly Slot[]): void {
  for (const { kind, slots: inner } of slots) {
    if (kind === KIND.data || kind === KIND.name || kind === KIND.json) from.skipText();
    else if (kind === KIND.number) from.double();
    else if (kind === KIND.object) skipMembers(from, inner);
  }
}
