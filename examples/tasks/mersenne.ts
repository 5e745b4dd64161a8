import { task } from "fanout/task";

export interface Candidate {
  /** A prime. */
  readonly exponent: number;
}

export interface Verdict extends Candidate {
  /** Whether 2 ** exponent - 1 is a prime. */
  readonly prime: boolean;
}

/** The test of Lucas and Lehmer: a lot of squaring of large numbers, one after the other. */
export const handler = task(async ({ exponent }: Candidate): Promise<Verdict> => {
  if (exponent === 2) return { exponent, prime: true };
  const power = BigInt(exponent);
  const mersenne = (1n << power) - 1n;
  let residue = 4n;
  for (let step = 2; step < exponent; step += 1) {
    residue = residue * residue - 2n;
    // Modulo a Mersenne number without division; the second fold takes the carry of the first.
    residue = (residue & mersenne) + (residue >> power);
    residue = (residue & mersenne) + (residue >> power);
  }
  return { exponent, prime: residue % mersenne === 0n };
});
