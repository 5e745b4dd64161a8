const MASK = (1n << 48n) - 1n;
const MULTIPLIER = 0x5deece66dn;

/** The first double of java.util.Random with this seed, an integer: in [0, 1), always the same. */
export function seededRandom(seed: number): number {
  const first = ((BigInt(seed) ^ MULTIPLIER) * MULTIPLIER + 0xbn) & MASK;
  const second = (first * MULTIPLIER + 0xbn) & MASK;
  return Number(((first >> 22n) << 27n) + (second >> 21n)) / 2 ** 53;
}
