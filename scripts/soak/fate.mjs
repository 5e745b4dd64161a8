/** What becomes of an item: a function of its number and the seed. */
export function fateOf(id, { seed, hangs, crashes }) {
  const chance = mixed(id, seed) / 2 ** 32;
  if (chance < 0.01) return "throws";
  if (chance < 0.01 + hangs) return "hangs";
  return chance < 0.01 + hangs + crashes ? "crashes" : "succeeds";
}

/** Uniform over 32 bits (the finalizer of MurmurHash3). */
function mixed(id, seed) {
  let hash = (id + Math.imul(seed + 1, 0x9e3779b1)) | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
