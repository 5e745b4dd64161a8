/** A set of whole numbers from 0, an eighth of a byte each up to the largest. */
export class Bits {
  #words = new Uint32Array(64);
  /** How many are in it. */
  count = 0;

  has(index: number): boolean {
    return (((this.#words[index >>> 5] ?? 0) >>> (index & 31)) & 1) === 1;
  }

  /** Gives whether it is new. */
  add(index: number): boolean {
    if (this.has(index)) return false;
    const at = index >>> 5;
    if (at >= this.#words.length) this.#grow(at);
    this.#words[at] = (this.#words[at] ?? 0) | (1 << (index & 31));
    this.count += 1;
    return true;
  }

  #grow(at: number): void {
    const larger = new Uint32Array(Math.max(this.#words.length * 2, at + 1));
    larger.set(this.#words);
    this.#words = larger;
  }
}
