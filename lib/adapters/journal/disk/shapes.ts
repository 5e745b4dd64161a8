import type { HistoryEvent } from "../../../run/ports.js";
import type { BlockReader } from "./block-reader.js";
import type { BlockWriter } from "./block-writer.js";

/**
 * Events of one type nearly always have the same members. A shape is the list of them: it is written once in a block,
 * and each event is its number and the values. What hardly ever differs (booleans) is part of the shape.
 */
type Slot =
  /** Text that may be large and differs from item to item. */
  | readonly [key: string, kind: "data"]
  /** Text of which there are few. */
  | readonly [key: string, kind: "name"]
  | readonly [key: string, kind: "number"]
  | readonly [key: string, kind: "json"]
  | readonly [key: string, kind: "constant", value: boolean | null]
  | readonly [key: string, kind: "undefined"]
  | readonly [key: string, kind: "object", slots: readonly Slot[]];

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

const DATA: ReadonlySet<string> = new Set(["input", "output", "parameters", "cause", "taskToken"]);

/** The shapes that events have had. */
export class Shapes {
  /** By type, the one used last in front. */
  readonly #byType = new Map<string, Shape[]>();

  of({ type, details }: HistoryEvent): Shape {
    let known = this.#byType.get(type);
    if (known === undefined) {
      known = [];
      this.#byType.set(type, known);
    }
    const name = details?.[0];
    const value = details?.[1];
    for (let at = 0; at < known.length; at++) {
      const shape = known[at] as Shape;
      if (shape.details !== name || (value !== undefined && !fits(shape.slots, value))) continue;
      if (at > 0) known.unshift(...known.splice(at, 1));
      return shape;
    }
    const shape = shapeOf(type, name, value === undefined ? [] : slotsOf(value));
    known.unshift(shape);
    // Names of variables are members too: what a machine that makes up ever new ones leaves behind is let go.
    if (known.length > 64) known.pop();
    return shape;
  }
}

function shapeOf(type: string, details: string | undefined, slots: readonly Slot[]): Shape {
  const text = JSON.stringify([type, details ?? null, slots]);
  return { type, details, slots, text, epoch: 0, number: 0 };
}

export function parseShape(text: string): Shape {
  const [type, details, slots] = JSON.parse(text) as [string, string | null, readonly Slot[]];
  return { type, details: details ?? undefined, slots, text, epoch: 0, number: 0 };
}

function slotsOf(value: object): readonly Slot[] {
  return Object.entries(value).map(([key, member]) => slotOf(key, member));
}

function slotOf(key: string, value: unknown): Slot {
  switch (typeof value) {
    case "string":
      return [key, DATA.has(key) ? "data" : "name"];
    case "number":
      return [key, "number"];
    case "undefined":
      return [key, "undefined"];
    case "boolean":
      return [key, "constant", value];
    default:
      if (value === null) return [key, "constant", null];
      return isPlain(value) ? [key, "object", slotsOf(value)] : [key, "json"];
  }
}

function isPlain(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function fits(slots: readonly Slot[], value: object): boolean {
  let at = 0;
  for (const key in value) {
    const slot = slots[at++];
    if (slot === undefined || slot[0] !== key || !fitsSlot(slot, value[key as never])) return false;
  }
  return at === slots.length;
}

function fitsSlot(slot: Slot, value: unknown): boolean {
  switch (slot[1]) {
    case "data":
    case "name":
      return typeof value === "string";
    case "number":
      return typeof value === "number";
    case "constant":
      return value === slot[2];
    case "undefined":
      return value === undefined;
    case "object":
      return isPlain(value) && fits(slot[2], value);
    case "json":
      return Array.isArray(value);
  }
}

/** Writes the values of an object of these slots; `data` writes its texts. */
export function writeSlots(to: BlockWriter, slots: readonly Slot[], value: object, data: (text: string) => void): void {
  for (const slot of slots) {
    const member = value[slot[0] as never] as unknown;
    switch (slot[1]) {
      case "data":
        data(member as string);
        break;
      case "name":
        to.name(member as string);
        break;
      case "number":
        to.double(member as number);
        break;
      case "json":
        to.name(JSON.stringify(member));
        break;
      case "object":
        writeSlots(to, slot[2], member as object, data);
        break;
    }
  }
}

export function readSlots(from: BlockReader, slots: readonly Slot[]): object {
  return Object.fromEntries(slots.map((slot) => [slot[0], readSlot(from, slot)]));
}

function readSlot(from: BlockReader, slot: Slot): unknown {
  switch (slot[1]) {
    case "data":
    case "name":
      return from.text();
    case "number":
      return from.double();
    case "json":
      return JSON.parse(from.text());
    case "constant":
      return slot[2];
    case "undefined":
      return undefined;
    case "object":
      return readSlots(from, slot[2]);
  }
}

export function skipSlots(from: BlockReader, slots: readonly Slot[]): void {
  for (const [, kind, inner] of slots) {
    if (kind === "data" || kind === "name" || kind === "json") from.skipText();
    else if (kind === "number") from.double();
    else if (kind === "object") skipSlots(from, inner);
  }
}
