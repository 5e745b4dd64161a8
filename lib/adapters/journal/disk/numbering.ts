/** Numbers things in the order in which they are told of in a block; each block begins at 0. */
export class Numbering {
  #epoch = 0;
  #count = 0;

  next(epoch: number): number {
    if (this.#epoch !== epoch) this.#count = 0;
    this.#epoch = epoch;
    return this.#count++;
  }
}
