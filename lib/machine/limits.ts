import type { JsonText } from "../json.js";
import { StateFailure } from "./failure.js";

/** Most bytes of any input, output or result: 256 KiB of UTF-8 (Service Quotas L-8FEC45E4). */
export const PAYLOAD_LIMIT = 262_144;

/** Whether a text takes more than `limit` bytes in UTF-8. Counts only when the length alone does not tell. */
export function exceeds(text: string, limit: number = PAYLOAD_LIMIT): boolean {
  if (text.length > limit) return true;
  if (text.length * 3 <= limit) return false;
  return utf8Length(text) > limit;
}

/** Bytes of a text in UTF-8. */
export function utf8Length(text: string): number {
  let bytes = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) continue;
    // A surrogate pair is 4 bytes in 2 units; any other unit from 0x800 up is 3 bytes.
    bytes += unit < 0x800 || (unit >= 0xd800 && unit <= 0xdfff) ? 1 : 2;
  }
  return bytes;
}

/** The failure of a result that is too large. `name` is the state, the service or the function. */
export function tooLarge(name: string, options?: { fatal?: boolean }): StateFailure {
  return new StateFailure(
    "States.DataLimitExceeded",
    `The state/task '${name}' returned a result with a size exceeding the maximum number of bytes service limit.`,
    options,
  );
}

/** Refuses a state's output that is too large: the execution fails, whatever Retry and Catch say. */
export function checkOutput(stateName: string, output: JsonText): void {
  if (exceeds(output.text)) throw tooLarge(stateName, { fatal: true });
}
