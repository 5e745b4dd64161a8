/** Indexes whose numbers are kept together. */
const PAGE = 1024;

/** A number for each of some indexes, 8 bytes each, where indexes that are near one another are kept at the same time. */
export class IndexTable {
  readonly #pages = new Map<number, Float64Array>();

  /** 0 for an index without one. */
  get(index: number): number {
    return this.#pages.get(Math.floor(index / PAGE))?.[index % PAGE] ?? 0;
  }

  set(index: number, value: number): void {
    const number = Math.floor(index / PAGE);
    let page = this.#pages.get(number);
    if (page === undefined) {
      page = new Float64Array(PAGE);
      this.#pages.set(number, page);
    }
    page[index % PAGE] = value;
  }

  /** Those before `end` are not asked for any more. */
  forget(end: number): void {
    for (const page of this.#pages.keys()) if ((page + 1) * PAGE <= end) this.#pages.delete(page);
  }
}
