import type { FunctionRecord } from "./function-record.js";

/** Gives out the next version number, or that of the last time when nothing has changed since. */
export function publish({ versions, revisionId }: FunctionRecord): string {
  if (versions.revisionId !== revisionId || !versions.numbers.has(versions.last)) {
    versions.last++;
    versions.revisionId = revisionId;
    versions.numbers.add(versions.last);
  }
  return String(versions.last);
}
