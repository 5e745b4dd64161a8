import { createHash } from "node:crypto";
import { FanoutError } from "../errors.js";
import { ExternalSort, type SortOptions } from "./external-sort.js";
import type { Head } from "./head.js";
import type { ChildResult } from "./result.js";

/** What the children have to be, one after the other in item order. */
export interface Expected {
  /** What the next child is recognised by, looked at without being used up; undefined at the end. */
  peek(): string | undefined | Promise<string | undefined>;
  /** Uses up what a child covers, and gives the child, with its input where it lacks one. */
  use(child: ChildResult): ChildResult | Promise<ChildResult>;
  /** What is left when there is no end of its own: so many. */
  limit?(count: number): void;
  /** Says of a child that it is none of what is expected. */
  readonly stranger: (child: ChildResult) => string;
}

/**
 * Puts children into item order. Each sequence is in order already, as Step Functions writes it, so that what is next
 * is always at the head of one of them. Should a sequence turn out not to be, the rest is joined with what is expected
 * by sorting outside of memory. Throws FANOUT_RESULTS_INVALID where the order cannot be restored.
 */
export async function* inOrder(
  heads: readonly Head[],
  expected: Expected,
  options: SortOptions = {},
): AsyncGenerator<readonly ChildResult[], void, void> {
  let left = heads.filter(isOpen);
  let bare = false;
  let chunk: ChildResult[] = [];
  while (left.length > 0) {
    // Awaited only where there is something to wait for: promises would be most of the work.
    const peeked = expected.peek();
    const key = peeked instanceof Promise ? await peeked : peeked;
    const head = nextOf(left, key);
    const child = head?.child;
    if (head === undefined || child === undefined) {
      yield chunk;
      yield* joined(left, expected, options);
      return;
    }
    bare ||= head.isBare;
    const used = expected.use(child);
    chunk.push(used instanceof Promise ? await used : used);
    const passed = head.pass();
    if (passed !== undefined) await passed;
    if (!isOpen(head)) left = left.filter(isOpen);
    if (chunk.length < CHUNK) continue;
    yield chunk;
    chunk = [];
  }
  if (bare && (await expected.peek()) !== undefined) throw notOrdered("there are more items than results");
  yield chunk;
}

/** Children handed on at once. */
const CHUNK = 500;

function isOpen({ child }: Head): boolean {
  return child !== undefined;
}

/** The sequence whose next child is the one expected; undefined when it is that of none. */
function nextOf(heads: readonly Head[], key: string | undefined): Head | undefined {
  let next: Head | undefined;
  let bare: Head | undefined;
  for (const head of heads) {
    if (head.isBare) bare = head;
    else if (head.key === key) {
      if (next !== undefined) throw notOrdered("several results are of equal items, and some of them failed");
      next = head;
    }
  }
  if (bare !== undefined && key === undefined) throw notOrdered("there are more outputs than items");
  return next ?? bare;
}

/** The rest, in whatever order it comes: an external merge of what is there with what is expected. */
async function* joined(
  heads: readonly Head[],
  expected: Expected,
  options: SortOptions,
): AsyncGenerator<readonly ChildResult[], void, void> {
  const [there, wanted, ordered] = [new ExternalSort(options), new ExternalSort(options), new ExternalSort(options)];
  try {
    let count = 0;
    for (const head of heads) {
      while (head.child !== undefined) {
        if (head.key === undefined) throw notOrdered("outputs alone are among results that are of none of the items");
        const added = there.add(digest(head.key), JSON.stringify(head.child));
        if (added !== undefined) await added;
        await head.pass();
        count += 1;
      }
    }
    expected.limit?.(count);
    // How far apart two of them are does not matter, only which is first.
    let position = 0;
    for (let key = await expected.peek(); key !== undefined; key = await expected.peek()) {
      await wanted.add(digest(key), String(position++).padStart(12, "0"));
      await expected.use(NOBODY);
    }
    await match(there, wanted, ordered, expected.stranger);
    for await (const [, text] of ordered.sorted()) yield [JSON.parse(text) as ChildResult];
  } finally {
    await Promise.all([there.close(), wanted.close(), ordered.close()]);
  }
}

/** Stands for whichever child it is. */
const NOBODY: ChildResult = { status: "SUCCEEDED" };

/** Sorts what is there by the position that it has among what is wanted. */
async function match(
  there: ExternalSort,
  wanted: ExternalSort,
  ordered: ExternalSort,
  stranger: Expected["stranger"],
): Promise<void> {
  const positions = groups(wanted.sorted());
  let at = await positions.next();
  for await (const [key, texts] of groups(there.sorted())) {
    while (at.done !== true && at.value[0] < key) at = await positions.next();
    if (at.done === true || at.value[0] !== key) throw notOrdered(stranger(JSON.parse(texts[0] ?? "") as ChildResult));
    const [, places] = at.value;
    const isAmbiguous = places.length > 1 && (texts.length !== places.length || new Set(texts).size > 1);
    if (isAmbiguous) throw notOrdered("several results are of equal items, and differ");
    if (texts.length > places.length) throw notOrdered("there are several results of one item");
    for (const [index, text] of texts.entries()) await ordered.add(places[index] ?? "", text);
  }
}

/** Entries with equal keys together. */
async function* groups(
  entries: AsyncIterable<readonly [string, string]>,
): AsyncGenerator<readonly [key: string, texts: readonly string[]], void, void> {
  let key: string | undefined;
  let texts: string[] = [];
  for await (const [next, text] of entries) {
    if (next !== key) {
      if (key !== undefined) yield [key, texts];
      key = next;
      texts = [];
    }
    texts.push(text);
  }
  if (key !== undefined) yield [key, texts];
}

function digest(key: string): string {
  return createHash("sha256").update(key).digest("base64url").slice(0, 32);
}

export function notOrdered(why: string): FanoutError {
  return new FanoutError("FANOUT_RESULTS_INVALID", `the order of the items cannot be restored: ${why}`);
}
