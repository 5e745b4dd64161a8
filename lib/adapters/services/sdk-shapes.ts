import { isObject, type Json, type JsonObject } from "../../json.js";

/** The part of `NormalizedSchema` of `@smithy/core/schema` that is used here: what the SDK knows of a shape. */
export interface Shape {
  isStructSchema(): boolean;
  isUnionSchema(): boolean;
  isListSchema(): boolean;
  isMapSchema(): boolean;
  isBlobSchema(): boolean;
  isTimestampSchema(): boolean;
  isStringSchema(): boolean;
  structIterator(): Iterable<[string, Shape]>;
  getValueSchema(): Shape;
}

/**
 * Parameters of a task as the SDK wants them: members in the casing of the service, times as dates, bytes as bytes, and
 * JSON where the service takes text made into text. A member that is null is left out.
 */
export function toSdk(value: Json, shape: Shape): unknown {
  if (isStruct(shape)) {
    if (!isObject(value)) return value;
    const members = new Map(
      [...shape.structIterator()].map(([name, member]) => [pascal(name), [name, member] as const]),
    );
    return Object.fromEntries(
      Object.entries(value).flatMap(([name, item]) => {
        if (item === null) return [];
        const [own, member] = members.get(pascal(name)) ?? [name, undefined];
        return [[own, member === undefined ? item : toSdk(item, member)]];
      }),
    );
  }
  if (shape.isListSchema() && Array.isArray(value)) return value.map((item) => toSdk(item, shape.getValueSchema()));
  if (shape.isMapSchema() && isObject(value)) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, toSdk(item, shape.getValueSchema())]));
  }
  if (shape.isBlobSchema()) return Buffer.from(textOf(value));
  if (shape.isTimestampSchema()) return typeof value === "string" ? new Date(value) : new Date(Number(value) * 1000);
  return shape.isStringSchema() ? textOf(value) : value;
}

/**
 * A result of the SDK as a task gets it: members with a capital letter.
 *
 * @param printDate How a time is written.
 */
export async function fromSdk(value: unknown, shape: Shape | undefined, printDate: (at: Date) => Json): Promise<Json> {
  if (value === undefined || value === null) return null;
  if (value instanceof Date) return printDate(value);
  if (value instanceof Uint8Array) return Buffer.from(value).toString();
  if (typeof value === "bigint") return Number(value);
  if (typeof value !== "object") return value as Json;
  if ("transformToString" in value)
    return await (value as { transformToString(): Promise<string> }).transformToString();
  if (Array.isArray(value)) {
    const element = shape?.isListSchema() === true ? shape.getValueSchema() : undefined;
    return await Promise.all(value.map((item) => fromSdk(item, element, printDate)));
  }
  const members = shape !== undefined && isStruct(shape) ? new Map(shape.structIterator()) : undefined;
  const inMap = shape?.isMapSchema() === true ? shape.getValueSchema() : undefined;
  const entries: [string, Json][] = [];
  for (const [name, item] of Object.entries(value)) {
    if (item === undefined) continue;
    const text = await fromSdk(item, members?.get(name) ?? inMap, printDate);
    entries.push([members === undefined ? name : pascal(name), text]);
  }
  return Object.fromEntries(entries) as JsonObject;
}

function isStruct(shape: Shape): boolean {
  return shape.isStructSchema() || shape.isUnionSchema();
}

function pascal(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

function textOf(value: Json): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
