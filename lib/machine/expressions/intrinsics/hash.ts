// The one import of a node:* module in the machine. Hashing is a pure function of its arguments, and the five
// algorithms are not worth writing again.
// biome-ignore lint/style/noRestrictedImports: the one exception: hashing is a pure function.
import { createHash } from "node:crypto";
import type { Json } from "../../../json.js";
import { limitText, textArgument } from "./arguments.js";
import { IntrinsicError } from "./intrinsic-error.js";

const ALGORITHMS = new Map([
  ["MD5", "md5"],
  ["SHA-1", "sha1"],
  ["SHA-256", "sha256"],
  ["SHA-384", "sha384"],
  ["SHA-512", "sha512"],
]);

/** The digest of a text (UTF-8) in lower-case hex; null when the algorithm is not one of the five. */
export function digest(text: string, algorithm: string): string | null {
  const name = ALGORITHMS.get(algorithm);
  return name === undefined ? null : createHash(name).update(text, "utf8").digest("hex");
}

/** States.Hash: anything but a string is hashed as its JSON text. */
export function hash([data, algorithm]: readonly Json[]): Json {
  const text = limitText(typeof data === "string" ? data : JSON.stringify(data), "Hash");
  const hex = digest(text, textArgument(algorithm, "Hash"));
  if (hex === null) {
    throw new IntrinsicError(
      `Invalid arguments in States.Hash: the algorithm must be one of ${[...ALGORITHMS.keys()].join(", ")}`,
    );
  }
  return hex;
}
