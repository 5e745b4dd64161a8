import { isObject, type Json } from "../json.js";
import type { ItemSource } from "../run/items.js";
import { childName } from "../run/map-run/family.js";
import { type Expected, notOrdered } from "./order.js";
import { type ChildResult, itemsOfBatch, outcomesOf } from "./result.js";

/** The names that a map run of this machine gives to its children, from the first one on. */
export function expectedNames(mapRunId: string): Expected {
  let index = 0;
  let end = Number.POSITIVE_INFINITY;
  let name: string | undefined;
  return {
    peek() {
      name ??= index < end ? childName({ mapRunId }, index) : undefined;
      return name;
    },
    use(child) {
      index += 1;
      name = undefined;
      return child;
    },
    limit(count) {
      end = index + count;
    },
    stranger: (child) => `there is no child ${child.name} among the first ones of the map run`,
  };
}

/**
 * Whether a name is one of those: looked for among so many that a result file of that size can have. Step Functions has
 * another rule, which is not known.
 */
export function isExpectedName(mapRunId: string, name: string, most: number): boolean {
  for (let index = 0; index < most; index++) if (childName({ mapRunId }, index) === name) return true;
  return false;
}

/** The items themselves, which the inputs of the children have to be. */
export class ExpectedItems implements Expected {
  readonly #name: string;
  readonly #chunks: AsyncIterator<{ readonly items: readonly string[] }>;
  #items: readonly string[] = [];
  #at = 0;
  #key: string | undefined;

  /** @param name What a person calls the source. */
  constructor(source: ItemSource, name: string) {
    this.#name = name;
    this.#chunks = source[Symbol.asyncIterator]();
  }

  peek(): string | undefined | Promise<string | undefined> {
    if (this.#key !== undefined) return this.#key;
    if (this.#at < this.#items.length) return this.#look();
    return this.#fill().then((found) => (found ? this.#look() : undefined));
  }

  #look(): string {
    this.#key = canonical(this.#items[this.#at] as string);
    return this.#key;
  }

  use(child: ChildResult): ChildResult | Promise<ChildResult> {
    const { input } = child;
    const batch = input === undefined ? undefined : itemsOfBatch(input);
    if (input === undefined || batch !== undefined) return this.#useMany(child, batch);
    this.#next();
    return child;
  }

  async #useMany(child: ChildResult, batch: readonly Json[] | undefined): Promise<ChildResult> {
    if (batch === undefined) return { ...child, input: await this.#inputOf(child) };
    for (const item of batch) {
      if ((await this.peek()) !== stable(item)) throw notOrdered(this.stranger(child));
      this.#next();
    }
    return child;
  }

  /** What a child has got that says nothing of it: an item, or as many as it has outcomes. */
  async #inputOf({ output }: ChildResult): Promise<string> {
    const outcomes = output === undefined ? undefined : outcomesOf(output)?.length;
    const items: string[] = [];
    for (let count = outcomes ?? 1; count > 0 && (await this.#fill()); count--) {
      items.push(this.#items[this.#at] as string);
      this.#next();
    }
    return outcomes === undefined ? (items[0] ?? "null") : `{"Items":[${items.join(",")}]}`;
  }

  stranger = ({ name, input = "" }: ChildResult): string => {
    const whose = name === undefined ? "a child that was not started" : `the child ${name}`;
    const shown = input.length > 80 ? `${input.slice(0, 80)}...` : input;
    return `the input of ${whose} is none of the items of ${this.#name}: ${shown}`;
  };

  #next(): void {
    this.#at += 1;
    this.#key = undefined;
  }

  async #fill(): Promise<boolean> {
    while (this.#at >= this.#items.length) {
      const { done, value } = await this.#chunks.next();
      if (done === true) return false;
      this.#items = value.items;
      this.#at = 0;
    }
    return true;
  }

  async close(): Promise<void> {
    await this.#chunks.return?.();
  }
}

/** What a child is recognised by among items: its input or, of a batch, the first item. */
export function itemKey({ input }: ChildResult): string | undefined {
  if (input === undefined) return undefined;
  const batch = itemsOfBatch(input);
  return batch === undefined ? canonical(input) : stable(batch[0] ?? null);
}

/** One text for all texts of a value: Step Functions does not always keep blanks, escapes and the order of keys. */
function canonical(text: string): string {
  return stable(JSON.parse(text) as Json);
}

function stable(value: Json): string {
  return JSON.stringify(sorted(value));
}

/** The value with its keys in order. One whose keys are so already, as most are, is not copied. */
function sorted(value: Json): Json {
  if (isSorted(value)) return value;
  if (!isObject(value)) return (value as readonly Json[]).map(sorted);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, each]) => [key, sorted(each)]));
}

function isSorted(value: Json): boolean {
  if (Array.isArray(value)) return value.every(isSorted);
  if (!isObject(value)) return true;
  let last: string | undefined;
  for (const key of Object.keys(value)) {
    if ((last !== undefined && key < last) || !isSorted(value[key] as Json)) return false;
    last = key;
  }
  return true;
}
