import type { ItemSource } from "../run/items.js";
import { mapRunIdOf } from "../run/map-run/family.js";
import { childrenOf } from "./children.js";
import { ExpectedItems, expectedNames, isExpectedName, itemKey } from "./expected.js";
import type { SortOptions } from "./external-sort.js";
import { Head } from "./head.js";
import type { ListedFile, ResultClass } from "./manifest.js";
import { inOrder, notOrdered } from "./order.js";
import type { ResultFolder } from "./place.js";
import { type ChildResult, type Result, resultsOf } from "./result.js";

/** The results of a run: files and their manifest, or children that are at hand, in item order. */
export type RunResults =
  | { readonly kind: "files"; readonly folder: ResultFolder }
  | { readonly kind: "children"; readonly children: readonly ChildResult[] };

export interface ReadResultsOptions extends SortOptions {
  /** Item order, across the files. Default: files as they are: what succeeded, what failed, what was not started. */
  readonly ordered?: boolean | undefined;
  /** The items that the run was over, and what a person calls them. Results are put into their order, and get their input. */
  readonly items?: { readonly source: ItemSource; readonly name: string } | undefined;
  /** Only those. */
  readonly only?: "failed" | "succeeded" | undefined;
}

/** Results handed on at once. */
const CHUNK = 1000;
/** Names that are tried for a child of a map run on AWS, of which there is none. */
const TRIED = 1_000_000;
/** Bytes of a record, at least. */
const RECORD_BYTES = 200;
/** The account of everything on this machine. */
const HERE = "000000000000";

/** Children of one class of one attempt. */
interface Sequence {
  readonly class: ResultClass;
  readonly files: readonly ListedFile[];
}

/**
 * Reads results, some at a time; memory does not grow with their number. An index is given where the order is known.
 * Throws FanoutError: FANOUT_RESULTS_INVALID for files that are broken, or whose order cannot be restored.
 */
export async function* readResults(
  run: RunResults,
  options: ReadResultsOptions = {},
): AsyncGenerator<readonly Result[], void, void> {
  const { only } = options;
  const sequences = run.kind === "files" ? sequencesOf(run.folder.manifest.files) : [];
  const indexed = options.ordered === true || options.items !== undefined || sequences.length <= 1;
  let index = 0;
  let chunk: Result[] = [];
  for await (const children of childrenIn(run, sequences, options)) {
    for (const child of children) {
      for (const result of resultsOf(child)) {
        if (only === undefined || (result.status === "SUCCEEDED") === (only === "succeeded")) {
          chunk.push(indexed ? { ...result, index } : result);
        }
        index += result.count;
      }
    }
    if (chunk.length < CHUNK) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
}

function sequencesOf(files: readonly ListedFile[]): readonly Sequence[] {
  const sequences = new Map<string, { class: ResultClass; files: ListedFile[] }>();
  for (const file of files) {
    const name = `${file.class} ${file.path.slice(0, file.path.lastIndexOf("/") + 1)}`;
    const sequence = sequences.get(name) ?? { class: file.class, files: [] };
    sequences.set(name, sequence);
    sequence.files.push(file);
  }
  return [...sequences.values()];
}

async function* childrenIn(
  run: RunResults,
  sequences: readonly Sequence[],
  options: ReadResultsOptions,
): AsyncIterable<readonly ChildResult[]> {
  const { items, ordered } = options;
  if (items !== undefined) {
    const expected = new ExpectedItems(items.source, items.name);
    const all = run.kind === "files" ? sequences.map((each) => [each.class, chunksOf(run.folder, each)] as const) : [];
    const pieces = run.kind === "files" ? all : [["SUCCEEDED", atHand(run.children)] as const];
    try {
      yield* merged(pieces, itemKey, (heads) => inOrder(heads, expected, options));
    } finally {
      await expected.close();
    }
  } else if (run.kind === "children") {
    yield run.children;
  } else if (ordered === true && sequences.length > 1) {
    yield* byName(run.folder, sequences, options);
  } else {
    for (const sequence of sequences) {
      yield* chunksOf(run.folder, sequence);
    }
  }
}

/** What was not started has no name, and is what comes after all that was. */
async function* byName(
  folder: ResultFolder,
  sequences: readonly Sequence[],
  options: SortOptions,
): AsyncIterable<readonly ChildResult[]> {
  const { mapRunArn, files } = folder.manifest;
  const id = mapRunIdOf(mapRunArn);
  const most = mapRunArn.split(":")[4] === HERE ? files.reduce((sum, { size }) => sum + size, 0) / RECORD_BYTES : TRIED;
  const started = sequences.filter((sequence) => sequence.class !== "PENDING");
  const pieces = started.map((each) => [each.class, chunksOf(folder, each)] as const);
  const order = (heads: readonly Head[]) => {
    if (heads.some(({ isBare }) => isBare)) {
      throw notOrdered("the files have outputs alone; --items FILE, the items of the run, helps");
    }
    const name = heads.find(({ key }) => key !== undefined)?.key;
    if (name !== undefined && !isExpectedName(id, name, most)) {
      throw notOrdered("the names of its children do not tell it; --items FILE, the items of the run, helps");
    }
    return inOrder(heads, expectedNames(id), options);
  };
  if (pieces.length > 1) yield* merged(pieces, ({ name }) => name, order);
  else for (const [, chunks] of pieces) yield* chunks;
  for (const sequence of sequences.filter((each) => each.class === "PENDING")) {
    yield* chunksOf(folder, sequence);
  }
}

/** Reads sequences side by side, and closes them whatever happens. */
async function* merged(
  sequences: readonly (readonly [name: ResultClass, chunks: AsyncIterable<readonly ChildResult[]>])[],
  keyOf: (child: ChildResult) => string | undefined,
  order: (heads: readonly Head[]) => AsyncIterable<readonly ChildResult[]>,
): AsyncGenerator<readonly ChildResult[], void, void> {
  const heads: Head[] = [];
  try {
    for (const [name, chunks] of sequences) heads.push(await Head.open(name, chunks, keyOf));
    if (heads.filter(({ isBare }) => isBare).length > 1) {
      throw notOrdered("the files of several attempts have outputs alone");
    }
    yield* order(heads);
  } finally {
    await Promise.all(heads.map((head) => head.close()));
  }
}

async function* chunksOf(
  folder: ResultFolder,
  { files }: Sequence,
): AsyncGenerator<readonly ChildResult[], void, void> {
  for (const file of files) yield* childrenOf(folder, file);
}

async function* atHand(children: readonly ChildResult[]): AsyncGenerator<readonly ChildResult[], void, void> {
  yield children;
}
