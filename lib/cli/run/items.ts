import { existsSync, statSync } from "node:fs";
import { FanoutError } from "../../errors.js";
import { formatOf, type QuickItems } from "../../local/quick.js";
import { findSyntaxMistake } from "../../run/read/json-syntax.js";
import { usage } from "./flags.js";
import { openS3 } from "./real-buckets.js";
import { readStdin } from "./stdin.js";

/** The items that `--items` names, and how to stop reading them. */
export interface NamedItems {
  readonly items: QuickItems;
  readonly stopReading: () => void;
}

/**
 * Understands `--items`: `-`, a JSON array, a file, a glob, or `s3://` and a bucket with a key or a prefix. Throws
 * FanoutError for a file that is not there, empty or of another type, and for a glob that no file matches.
 *
 * @param region Of S3. Default: as every AWS tool finds it.
 */
export async function namedItems(text: string, region?: string): Promise<NamedItems> {
  const stopReading = () => {};
  if (text === "-") {
    const { bytes, close } = readStdin();
    return { items: { lines: bytes, name: "stdin" }, stopReading: close };
  }
  if (text.startsWith("s3://")) return { items: await itemsInS3(text, region), stopReading };
  if (/^\s*\[/.test(text)) return { items: inlineItems(text), stopReading };
  if (!existsSync(text) && /[*?[{]/.test(text)) return { items: { files: await matchingFiles(text) }, stopReading };
  checkFile(text);
  return { items: { file: text, format: formatOf(text) }, stopReading };
}

/** An object, or what a prefix lists: one that ends in a slash, or no prefix at all. */
async function itemsInS3(uri: string, region: string | undefined): Promise<QuickItems> {
  const [, bucket, key = ""] = /^s3:\/\/([^/]+)(?:\/(.*))?$/s.exec(uri) ?? [];
  if (bucket === undefined) throw usage(`--items ${uri}: it must be s3://BUCKET/KEY, or s3://BUCKET/PREFIX/`);
  const place = { bucket, key };
  if (key === "" || key.endsWith("/")) return { store: await openS3({ region }), ...place };
  return { format: formatOf(uri), store: await openS3({ region }), ...place };
}

function inlineItems(text: string): QuickItems {
  const bytes = new TextEncoder().encode(
    parseArray(text)
      .map((item) => `${JSON.stringify(item)}\n`)
      .join(""),
  );
  return {
    name: "--items",
    lines: async function* () {
      yield bytes;
    },
  };
}

function parseArray(text: string): readonly unknown[] {
  try {
    return JSON.parse(text) as unknown[];
  } catch (cause) {
    const { offset, message } = findSyntaxMistake(text);
    throw new FanoutError("FANOUT_ITEMS_INVALID", `--items: column ${offset + 1}: ${message}`, { cause });
  }
}

async function matchingFiles(pattern: string): Promise<readonly string[]> {
  const { glob } = await import("tinyglobby");
  const files = await glob(pattern, { expandDirectories: false });
  if (files.length > 0) return files;
  throw new FanoutError("FANOUT_FILE_NOT_FOUND", "no file matches", { location: { file: pattern } });
}

function checkFile(file: string): void {
  const stats = statSync(file, { throwIfNoEntry: false });
  const location = { file };
  if (stats === undefined) throw new FanoutError("FANOUT_FILE_NOT_FOUND", "there is no such file", { location });
  if (stats.isDirectory()) {
    const message = `is a directory: give a file, or a glob such as '${file.replace(/\/$/, "")}/*'`;
    throw new FanoutError("FANOUT_FILE_UNREADABLE", message, { location });
  }
  if (stats.isFile() && stats.size === 0) {
    throw new FanoutError("FANOUT_FILE_UNREADABLE", "the file is empty", { location });
  }
}
