import { createHash, randomUUID } from "node:crypto";
import type { Random } from "../run/ports.js";

/**
 * Chance that repeats: Chris Doty-Humphrey's sfc32, seeded from the SHA-256 of the seed. Good enough for jitter and
 * names, and never for secrets.
 */
export function seededRandom(seed: number | string): Random {
  const digest = createHash("sha256").update(String(seed)).digest();
  let a = digest.readInt32LE(0);
  let b = digest.readInt32LE(4);
  let c = digest.readInt32LE(8);
  let counter = 1;

  /** 32 random bits, as a signed integer. */
  const bits = () => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return sum;
  };
  for (let round = 0; round < 12; round++) bits();

  return {
    next: () => ((bits() >>> 5) * 2 ** 26 + (bits() >>> 6)) / 2 ** 53,
    uuid: () => formatUuid(bits(), bits(), bits(), bits()),
  };
}

/** Chance that does not repeat. */
export function systemRandom(): Random {
  return { next: Math.random, uuid: () => randomUUID() };
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/** RFC 9562, section 5.4: version 4 in the high bits of byte 6, variant 10 in those of byte 8. */
function formatUuid(w0: number, w1: number, w2: number, w3: number): string {
  const mid = (w1 & 0xffff0fff) | 0x4000;
  const low = (w2 & 0x3fffffff) | 0x80000000;
  return `${hex16(w0 >>> 16)}${hex16(w0)}-${hex16(mid >>> 16)}-${hex16(mid)}-${hex16(low >>> 16)}-${hex16(low)}${hex16(w3 >>> 16)}${hex16(w3)}`;
}

/** The low 16 bits as four hex digits. */
function hex16(word: number): string {
  return `${HEX[(word >>> 8) & 255]}${HEX[word & 255]}`;
}
