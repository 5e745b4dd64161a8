import { ExternalSort } from "../../results/external-sort.js";

/**
 * Texts that are kept until all are there, in memory as long as they are few and in a temporary file after that. They come
 * back in order.
 */
export class Spool {
  readonly #texts: ExternalSort;
  #count = 0;

  /** @param limit Bytes that are held in memory, about. */
  constructor(limit?: number) {
    this.#texts = new ExternalSort({ limit });
  }

  get count(): number {
    return this.#count;
  }

  /** Adds a text without line breaks. */
  add(text: string): void | Promise<void> {
    return this.#texts.add(String(this.#count++).padStart(12, "0"), text);
  }

  async *texts(): AsyncGenerator<string, void, void> {
    for await (const [, text] of this.#texts.sorted()) yield text;
  }

  close(): Promise<void> {
    return this.#texts.close();
  }
}
