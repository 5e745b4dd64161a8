import type { ResultClass } from "./manifest.js";
import type { ChildResult } from "./result.js";

/** Children of one class of one attempt, in item order, and the one of them that is next. */
export class Head {
  readonly class: ResultClass;
  readonly #chunks: AsyncIterator<readonly ChildResult[]>;
  readonly #keyOf: (child: ChildResult) => string | undefined;
  #chunk: readonly ChildResult[] = [];
  #at = 0;
  /** The next child; undefined after the last one. */
  child: ChildResult | undefined;
  /** What it is recognised by; undefined where it cannot be. */
  key: string | undefined;

  private constructor(
    name: ResultClass,
    chunks: AsyncIterable<readonly ChildResult[]>,
    keyOf: (child: ChildResult) => string | undefined,
  ) {
    this.class = name;
    this.#chunks = chunks[Symbol.asyncIterator]();
    this.#keyOf = keyOf;
  }

  static async open(
    name: ResultClass,
    chunks: AsyncIterable<readonly ChildResult[]>,
    keyOf: (child: ChildResult) => string | undefined,
  ): Promise<Head> {
    const head = new Head(name, chunks, keyOf);
    await head.#fill();
    return head;
  }

  /** Whether there are outputs alone, which say nothing of the items they are of. */
  get isBare(): boolean {
    return this.child !== undefined && this.key === undefined;
  }

  /** Goes on to the child after the next one. A promise has to be waited for. */
  pass(): void | Promise<void> {
    if (this.#at >= this.#chunk.length) return this.#fill();
    this.#show();
  }

  async #fill(): Promise<void> {
    while (this.#at >= this.#chunk.length) {
      const { done, value } = await this.#chunks.next();
      if (done === true) {
        this.child = undefined;
        this.key = undefined;
        return;
      }
      this.#chunk = value;
      this.#at = 0;
    }
    this.#show();
  }

  #show(): void {
    this.child = this.#chunk[this.#at++];
    this.key = this.child === undefined ? undefined : this.#keyOf(this.child);
  }

  async close(): Promise<void> {
    await this.#chunks.return?.();
  }
}
