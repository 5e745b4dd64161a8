import { type BatchRequest, PAYLOAD_LIMIT, utf8Length } from "../../machine/index.js";
import type { InputBlock } from "./inputs.js";

/**
 * Puts items into batches, in order: `{"BatchInput": ..., "Items": [...]}`. A batch is closed by the number of its items
 * or when the next item would take the whole child input over the byte limit, which is 256 KiB when none is given.
 * An item that is too large by itself makes a batch of its own, which then fails by its size.
 */
export class Batcher {
  readonly #maxItems: number;
  readonly #maxBytes: number;
  readonly #head: string;
  readonly #overhead: number;
  #items: string[] = [];
  #bytes: number;

  constructor(request: BatchRequest) {
    this.#maxItems = request.maxItems ?? Number.POSITIVE_INFINITY;
    this.#maxBytes = Math.min(request.maxInputBytes ?? PAYLOAD_LIMIT, PAYLOAD_LIMIT);
    const shared = request.batchInput;
    this.#head = shared === undefined ? '{"Items":[' : `{"BatchInput":${shared.text},"Items":[`;
    this.#overhead = utf8Length(this.#head) + "]}".length;
    this.#bytes = this.#overhead;
  }

  /** Adds items and gives the batches that became full. */
  add(texts: readonly string[]): InputBlock {
    const batches: string[] = [];
    const counts: number[] = [];
    for (const text of texts) {
      const bytes = utf8Length(text) + 1;
      if (this.#items.length > 0 && this.#bytes + bytes - 1 > this.#maxBytes) this.#close(batches, counts);
      this.#items.push(text);
      this.#bytes += bytes;
      if (this.#items.length >= this.#maxItems) this.#close(batches, counts);
    }
    return { texts: batches, counts };
  }

  /** The last batch, which may be short; none when there is nothing left. */
  rest(): InputBlock {
    const batches: string[] = [];
    const counts: number[] = [];
    if (this.#items.length > 0) this.#close(batches, counts);
    return { texts: batches, counts };
  }

  #close(batches: string[], counts: number[]): void {
    batches.push(`${this.#head}${this.#items.join(",")}]}`);
    counts.push(this.#items.length);
    this.#items = [];
    this.#bytes = this.#overhead;
  }
}
