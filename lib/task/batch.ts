/** The event that a Distributed Map sends when it batches. */
export interface Batch<Item = unknown> {
  readonly Items: readonly Item[];
  readonly BatchInput?: unknown;
}

/** How one item of a batch ended. */
export type ItemOutcome<Out = unknown> =
  | { readonly status: "succeeded"; readonly output: Out }
  | { readonly status: "failed"; readonly error: ItemError }
  /** Not begun, because the invocation was about to time out. */
  | { readonly status: "unprocessed" };

/** What an item threw. A value that is no Error has its type as the name and an empty stack. */
export interface ItemError {
  readonly name: string;
  readonly message: string;
  readonly stack: string;
}

/** True for exactly `{ Items: [...] }` and `{ Items: [...], BatchInput }`: any further member makes it an item. */
export function isBatch(event: unknown): event is Batch {
  if (typeof event !== "object" || event === null || !Array.isArray((event as Batch).Items)) return false;
  return Object.keys(event).every((key) => key === "Items" || key === "BatchInput");
}

/** The error of an item, made from whatever was thrown. Never throws itself. */
export function toItemError(thrown: unknown): ItemError {
  try {
    if (thrown instanceof Error || isErrorLike(thrown)) {
      return { name: String(thrown.name), message: String(thrown.message), stack: String(thrown.stack ?? "") };
    }
    const message = typeof thrown === "object" && thrown !== null ? JSON.stringify(thrown) : String(thrown);
    return { name: typeof thrown, message, stack: "" };
  } catch {
    return { name: typeof thrown, message: "the thrown value cannot be shown", stack: "" };
  }
}

/** An Error of another realm is no instance of ours. */
function isErrorLike(value: unknown): value is Error {
  if (typeof value !== "object" || value === null) return false;
  const { name, message } = value as Partial<Error>;
  return typeof name === "string" && typeof message === "string";
}
