import { randomUUID } from "node:crypto";

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/** Makes request ids: UUIDs, of which 256 in a row differ in the last byte only, for that costs next to nothing. */
export function requestIds(): () => string {
  let prefix = "";
  let count = 0;
  return () => {
    const low = count++ & 255;
    if (low === 0) prefix = randomUUID().slice(0, -2);
    return prefix + HEX[low];
  };
}
