import { extname, resolve } from "node:path";
import { usage } from "../run/flags.js";

export type Format = "jsonl" | "json" | "csv" | "parquet";

/** The flags of `fanout results`, their values checked one by one. */
export interface ResultsFlags {
  readonly format?: Format;
  readonly out?: string;
  readonly ordered?: boolean;
  readonly items?: string;
  readonly failed?: boolean;
  readonly succeeded?: boolean;
  readonly withInput?: boolean;
  readonly profile?: string;
  readonly region?: string;
  readonly endpointUrl?: string;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
}

const EXTENSIONS: Readonly<Record<string, Format>> = {
  ".jsonl": "jsonl",
  ".ndjson": "jsonl",
  ".json": "json",
  ".csv": "csv",
  ".parquet": "parquet",
};

/** Throws FANOUT_USAGE for flags that do not go together. Gives the format that they come to. */
export function checkFlags(flags: ResultsFlags, stdoutIsTty: boolean): Format {
  const { out, items, endpointUrl, quiet, verbose } = flags;
  if (quiet === true && verbose === true) throw usage("--quiet and --verbose exclude each other");
  if (endpointUrl !== undefined && !/^https?:\/\/./.test(endpointUrl)) {
    throw usage(`--endpoint-url must begin with http:// or https://, got: ${endpointUrl}`);
  }
  if (out !== undefined && items !== undefined && resolve(out) === resolve(items)) {
    throw usage(`--out ${out} would write over the items`);
  }
  const format = flags.format ?? EXTENSIONS[extname(out ?? "").toLowerCase()] ?? "jsonl";
  if (format === "parquet" && out === undefined && stdoutIsTty) {
    throw usage("Parquet is not for a terminal: give --out FILE");
  }
  return format;
}
