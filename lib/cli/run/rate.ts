/** How far back a rate looks, in ms. */
const WINDOW_MS = 10_000;

/** Items ended a second, of late. */
export class Rate {
  readonly #samples: { readonly at: number; readonly done: number }[] = [{ at: 0, done: 0 }];

  /** Notes where a run stands and gives the rate since the oldest sample within the window. */
  at(elapsedMs: number, done: number): number {
    this.#samples.push({ at: elapsedMs, done });
    while (this.#samples.length > 2 && elapsedMs - (this.#samples[1]?.at ?? 0) > WINDOW_MS) this.#samples.shift();
    const oldest = this.#samples[0] ?? { at: 0, done: 0 };
    const time = elapsedMs - oldest.at;
    return time <= 0 ? 0 : ((done - oldest.done) / time) * 1000;
  }
}
