const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/**
 * Makes request ids: UUIDs, of which 256 in a row differ in the last byte only, for that costs next to nothing.
 *
 * @param uuid Makes the first of each 256.
 */
export function requestIds(uuid: () => string): () => string {
  let prefix = "";
  let count = 0;
  return () => {
    const low = count++ & 255;
    if (low === 0) prefix = uuid().slice(0, -2);
    return prefix + HEX[low];
  };
}
