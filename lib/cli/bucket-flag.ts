import { InvalidArgumentError } from "commander";

/** Parses a flag that may be repeated, `BUCKET=DIR`; in the place of a folder a command may know a real bucket too. */
export function addBucket(
  text: string,
  before: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  const [, bucket, directory] = /^([^=/]+)=(.+)$/.exec(text) ?? [];
  if (bucket === undefined || directory === undefined) throw new InvalidArgumentError("It must be BUCKET=DIR.");
  return { ...before, [bucket]: directory };
}
