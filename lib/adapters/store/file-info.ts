import type { Stats } from "node:fs";
import type { ObjectInfo } from "../../run/ports.js";

/**
 * A file seen as an object. The etag is made of size and modification time, not of the content as S3 makes it: a listing
 * of a million files must not read them all, and all that S3 promises is that another content has another etag.
 */
export function infoOfFile(key: string, stats: Stats): ObjectInfo {
  const tag = hex(stats.size) + hex(Math.round(stats.mtimeMs * 1000));
  return { key, size: stats.size, etag: `"${tag}"`, lastModified: stats.mtimeMs };
}

function hex(value: number): string {
  return value.toString(16).padStart(16, "0");
}
