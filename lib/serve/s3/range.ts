import { S3Error } from "./errors.js";

/** Bytes from `start` to `end`, the end left out. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/**
 * The part of an object that a Range header names: `bytes=a-b`, `bytes=a-`, `bytes=-n`. Undefined, the whole object,
 * when it is none of these: several ranges at once are not answered by S3. InvalidRange when nothing of it is there.
 */
export function readRange(text: string | undefined, size: number): ByteRange | undefined {
  const [, first = "", last = ""] = /^bytes=(\d*)-(\d*)$/i.exec(text?.trim() ?? "") ?? [];
  if (first === "" && last === "") return undefined;
  if (first !== "" && last !== "" && Number(first) > Number(last)) return undefined;
  const start = first === "" ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === "" || last === "" ? size : Math.min(Number(last) + 1, size);
  if (start < end) return { start, end };
  throw new S3Error("InvalidRange", undefined, { RangeRequested: text ?? "", ActualObjectSize: size });
}
