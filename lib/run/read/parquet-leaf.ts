import type { SchemaElement } from "hyparquet";
import { onOneLine } from "./value-scan.js";

/** Makes JSON text of a value as it stands in the file. */
export type Format = (value: unknown) => string;

/** A logical type of Parquet, in either of the spellings that a file may use. */
type Kind =
  | "text"
  | "json"
  | "decimal"
  | "date"
  | "uuid"
  | "float16"
  | "unsigned"
  | "plain"
  | "bytes"
  | { readonly timestamp: Unit }
  | { readonly time: Unit };

type Unit = "MILLIS" | "MICROS" | "NANOS";

/** Digits of a unit that is a fraction of a second. */
const DIGITS = { MILLIS: 3, MICROS: 6, NANOS: 9 } as const;

/** What a column holds. */
export function kindOf({ type, converted_type: converted, logical_type: logical }: SchemaElement): Kind {
  switch (logical?.type) {
    case "STRING":
    case "ENUM":
      return "text";
    case "JSON":
      return "json";
    case "DECIMAL":
      return "decimal";
    case "DATE":
      return "date";
    case "UUID":
      return "uuid";
    case "FLOAT16":
      return "float16";
    case "TIME":
      return { time: logical.unit };
    case "TIMESTAMP":
      return { timestamp: logical.unit };
    case "INTEGER":
      return logical.isSigned ? "plain" : "unsigned";
  }
  switch (converted) {
    case "UTF8":
    case "ENUM":
      return "text";
    case "JSON":
      return "json";
    case "DECIMAL":
      return "decimal";
    case "DATE":
      return "date";
    case "TIME_MILLIS":
      return { time: "MILLIS" };
    case "TIME_MICROS":
      return { time: "MICROS" };
    case "TIMESTAMP_MILLIS":
      return { timestamp: "MILLIS" };
    case "TIMESTAMP_MICROS":
      return { timestamp: "MICROS" };
    case "UINT_8":
    case "UINT_16":
    case "UINT_32":
    case "UINT_64":
      return "unsigned";
  }
  // The type of timestamps before there were logical types.
  if (type === "INT96") return { timestamp: "NANOS" };
  return type === "BYTE_ARRAY" || type === "FIXED_LEN_BYTE_ARRAY" ? "bytes" : "plain";
}

/** How the values of a column are written that are neither null nor in a list. */
export function leafFormat(element: SchemaElement): Format {
  const kind = kindOf(element);
  if (typeof kind === "object") {
    return "time" in kind
      ? (value) => `"${timeOfDay(BigInt(value as bigint), kind.time)}"`
      : (value) => timestamp(BigInt(value as bigint), kind.timestamp);
  }
  switch (kind) {
    case "text":
      return (value) => `"${value}"`;
    case "json":
      return jsonText;
    case "decimal":
      return decimalFormat(element.scale ?? 0);
    case "date":
      return (value) => timestamp(BigInt(value as number) * 86_400_000n, "MILLIS").replace(/T.*Z/, "");
    case "uuid":
      return (value) => `"${hex(value as Uint8Array).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5")}"`;
    case "float16":
      return (value) => number(halfFloat(value as Uint8Array));
    case "unsigned":
      return (value) =>
        typeof value === "bigint" ? String(BigInt.asUintN(64, value)) : String((value as number) >>> 0);
    case "bytes":
      return (value) => `"${bufferOf(value as Uint8Array).toString("base64")}"`;
    case "plain":
      return element.type === "FLOAT" ? (value) => number(shortest(value as number)) : plain;
  }
}

/** The text stays as it is, so that no number in it loses digits. Throws for what is no JSON. */
function jsonText(value: unknown): string {
  const text = JSON.parse(`"${value}"`) as string;
  JSON.parse(text);
  return onOneLine(text);
}

function plain(value: unknown): string {
  return typeof value === "number" ? number(value) : String(value);
}

/** JSON has no infinities and no NaN. */
function number(value: number): string {
  return Number.isFinite(value) ? String(value) : "null";
}

/** The number with the fewest digits that is the same single float: 0.1, and not 0.10000000149011612. */
function shortest(value: number): number {
  if (Number.isInteger(value) || !Number.isFinite(value)) return value;
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return Number(value.toPrecision(9));
}

function halfFloat([low = 0, high = 0]: Uint8Array): number {
  const exponent = (high >> 2) & 0x1f;
  const fraction = (((high & 3) << 8) | low) / 1024;
  const sign = high & 0x80 ? -1 : 1;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return exponent === 0 ? sign * 2 ** -14 * fraction : sign * 2 ** (exponent - 15) * (1 + fraction);
}

/** Exact, with as many digits after the point as the type has. */
function decimalFormat(scale: number): Format {
  return (value) => {
    const unscaled = value instanceof Uint8Array ? signed(value) : BigInt(value as bigint);
    if (scale <= 0) return String(unscaled * 10n ** BigInt(-scale));
    const digits = String(unscaled < 0n ? -unscaled : unscaled).padStart(scale + 1, "0");
    return `${unscaled < 0n ? "-" : ""}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
  };
}

/** Two's complement, the highest byte first. */
function signed(bytes: Uint8Array): bigint {
  return bytes.length === 0 ? 0n : BigInt.asIntN(bytes.length * 8, BigInt(`0x${hex(bytes)}`));
}

/** ISO 8601 in UTC, with milliseconds and, where there are any, further digits. A time that no Date can hold: its number. */
function timestamp(value: bigint, unit: Unit): string {
  const perMilli = 10n ** BigInt(DIGITS[unit] - 3);
  const rest = ((value % perMilli) + perMilli) % perMilli;
  const date = new Date(Number((value - rest) / perMilli));
  if (Number.isNaN(date.getTime())) return String(value);
  return `"${date.toISOString().slice(0, -1)}${further(rest, unit)}Z"`;
}

function timeOfDay(value: bigint, unit: Unit): string {
  const perMilli = 10n ** BigInt(DIGITS[unit] - 3);
  const time = new Date(Number(value / perMilli)).toISOString().slice(11, -1);
  return `${time}${further(value % perMilli, unit)}`;
}

/** Digits after the milliseconds, three or six, as many as are needed. */
function further(rest: bigint, unit: Unit): string {
  return rest === 0n
    ? ""
    : String(rest)
        .padStart(DIGITS[unit] - 3, "0")
        .replace(/000$/, "");
}

function hex(bytes: Uint8Array): string {
  return bufferOf(bytes).toString("hex");
}

function bufferOf({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}
