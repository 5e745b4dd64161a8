import type { ChildChunk } from "./children.js";
import type { ResultClass } from "./manifest.js";
import type { ChildResult } from "./result.js";

/** Children of one class of one attempt, in item order, and the one of them that is next. */
export class Head {
  readonly class: ResultClass;
  readonly #chunks: AsyncIterator<ChildChunk>;
  readonly #keyOf: (child: ChildResult) => string | undefined;
  #chunk: ChildChunk = { children: [], records: false };
  #at = 0;
  /** The next child; undefined after the last one. */
  child: ChildResult | undefined;
  /** What it is recognised by; undefined where it cannot be. */
  key: string | undefined;

  private constructor(
    name: ResultClass,
    chunks: AsyncIterable<ChildChunk>,
    keyOf: (child: ChildResult) => string | undefined,
  ) {
    this.class = name;
    this.#chunks = chunks[Symbol.asyncIterator]();
    this.#keyOf = keyOf;
  }

  static async open(
    name: ResultClass,
    chunks: AsyncIterable<ChildChunk>,
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

  /** Gives the next child and goes on to the one after it. */
  async take(): Promise<ChildResult> {
    const { child } = this;
    if (child === undefined) throw new Error("a sequence was read past its end");
    await this.#fill();
    return child;
  }

  async #fill(): Promise<void> {
    while (this.#at >= this.#chunk.children.length) {
      const { done, value } = await this.#chunks.next();
      if (done === true) {
        this.child = undefined;
        this.key = undefined;
        return;
      }
      this.#chunk = value;
      this.#at = 0;
    }
    this.child = this.#chunk.children[this.#at++];
    this.key = this.child === undefined ? undefined : this.#keyOf(this.child);
  }

  async close(): Promise<void> {
    await this.#chunks.return?.();
  }
}
