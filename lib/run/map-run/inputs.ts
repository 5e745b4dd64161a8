import type { Json } from "../../json.js";
import type { BatchRequest, SelectedItem } from "../../machine/index.js";
import { type ItemChunk, ItemReaderError, type ItemSource, type Lines } from "../items.js";
import { Batcher } from "./batcher.js";

/** Child inputs that are ready to start: JSON texts, and how many items each covers. */
export interface InputBlock {
  readonly texts: readonly string[];
  /** null: one each. */
  readonly counts: readonly number[] | null;
  /** Where the texts are lines of one. */
  readonly lines?: Lines | undefined;
}

/** One input, JSON text, and the items it covers. */
export interface ChildInput {
  readonly text: string;
  readonly count: number;
  /** Where the text is a line of a longer one: that, and which one. */
  readonly lines?: Lines | undefined;
  readonly line?: number;
}

/** How items become child inputs. */
export interface InputRules {
  /** null: an item is the input as it is. */
  readonly select: ((item: SelectedItem) => Json | Promise<Json>) | null;
  readonly batch: BatchRequest | undefined;
}

/**
 * The inputs of a map run's children, made of its items chunk by chunk: selector, then batcher. At most two blocks are
 * held, the one in use and the next, whatever the size of the data set.
 */
export class Inputs {
  readonly #chunks: AsyncIterator<ItemChunk>;
  readonly #rules: InputRules;
  readonly #batcher: Batcher | null;
  #block: InputBlock = { texts: [], counts: null };
  #position = 0;
  #ahead: InputBlock | null = null;
  #items = 0;
  #made = 0;
  #exhausted = false;

  constructor(source: ItemSource, rules: InputRules) {
    this.#chunks = source[Symbol.asyncIterator]();
    this.#rules = rules;
    this.#batcher = rules.batch === undefined ? null : new Batcher(rules.batch);
  }

  /** Items read so far; all of them once `exhausted`. */
  get itemsRead(): number {
    return this.#items;
  }

  /** Inputs made so far, those that have been taken among them. */
  get made(): number {
    return this.#made;
  }

  /** True when the source has no more items and all inputs have been made of them. */
  get exhausted(): boolean {
    return this.#exhausted;
  }

  /** True when there is an input to take. */
  get ready(): boolean {
    return this.#position < this.#block.texts.length || this.#ahead !== null;
  }

  /** True when `load` should be called: the next block is not there and may exist. */
  get hungry(): boolean {
    return !this.#exhausted && this.#ahead === null;
  }

  /** Takes the next input. Only when `ready`. */
  take(): ChildInput {
    if (this.#position >= this.#block.texts.length) {
      this.#block = this.#ahead as InputBlock;
      this.#ahead = null;
      this.#position = 0;
    }
    const at = this.#position++;
    const { texts, counts, lines } = this.#block;
    return { text: texts[at] as string, count: counts?.[at] ?? 1, lines, line: at };
  }

  /** Makes the next block. Throws ItemReaderError, and StateFailure of the selector. */
  async load(): Promise<void> {
    while (!this.#exhausted && this.#ahead === null) {
      const next = await this.#chunks.next();
      const block = next.done === true ? this.#last() : await this.#make(next.value);
      if (block === null || block.texts.length === 0) continue;
      this.#ahead = block;
      this.#made += block.texts.length;
    }
  }

  /** Stops reading and closes the source. What is given up may fail as it likes. */
  async close(): Promise<void> {
    this.#exhausted = true;
    await this.#chunks.return?.().catch(() => {});
  }

  #last(): InputBlock | null {
    this.#exhausted = true;
    return this.#batcher?.rest() ?? null;
  }

  async #make(chunk: ItemChunk): Promise<InputBlock | null> {
    const first = this.#items;
    this.#items += chunk.items.length;
    const texts = this.#rules.select === null ? chunk.items : await this.#select(this.#rules.select, chunk, first);
    if (this.#batcher === null) {
      return { texts, counts: null, lines: texts === chunk.items ? chunk.lines : undefined };
    }
    if (this.#rules.select === null) for (const [at, text] of texts.entries()) parse(text, first + at, chunk.source);
    return this.#batcher.add(texts);
  }

  async #select(
    select: NonNullable<InputRules["select"]>,
    chunk: ItemChunk,
    first: number,
  ): Promise<readonly string[]> {
    const texts: string[] = [];
    for (const [at, text] of chunk.items.entries()) {
      const index = first + at;
      const item = { index, value: parse(text, index, chunk.source), key: chunk.keys?.[at], source: chunk.source };
      const input = select(item);
      texts.push(JSON.stringify(input instanceof Promise ? await input : input));
    }
    return texts;
  }
}

/** Parses an item. Throws ItemReaderError that names it. */
export function parse(text: string, index: number, source: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    throw notJson(index, source, error);
  }
}

/** The failure of an item that is not JSON. */
export function notJson(index: number, source: string, error: unknown): ItemReaderError {
  const why = error instanceof Error ? error.message : String(error);
  return new ItemReaderError(`Item ${index} of ${source} is not valid JSON: ${why}`, source, {
    item: index,
    cause: error,
  });
}
