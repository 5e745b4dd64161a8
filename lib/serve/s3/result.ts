import { type Algorithm, type ChecksumValue, headerOf } from "./checksum.js";
import type { Headers } from "./reply.js";
import type { Xml } from "./xml.js";

/** A checksum in the headers of an answer. */
export function checksumHeaders(checksum: ChecksumValue | undefined): Headers {
  if (checksum === undefined) return {};
  return { [headerOf(checksum.algorithm)]: checksum.value, "x-amz-checksum-type": checksum.type };
}

/** A checksum in the document of an answer. */
export function checksumElements(checksum: ChecksumValue | undefined): Record<string, Xml> {
  if (checksum === undefined) return {};
  return { [elementOf(checksum.algorithm)]: checksum.value, ChecksumType: checksum.type };
}

export function elementOf(algorithm: Algorithm): string {
  return `Checksum${algorithm}`;
}
