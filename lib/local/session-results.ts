import type { ChildRecord } from "../run/items.js";
import { itemResults, resultLines } from "./item-results.js";
import type { SessionOptions } from "./session-options.js";
import { Tally } from "./summary.js";

/** What has to be known of a map run to tell the results of its children. */
export interface ResultSource {
  /** Whether a child covers several items. */
  readonly batched: boolean;
  readonly stateName: string;
}

/**
 * The results of a session on their way to who wants them: each is counted and told of as its child ends, and once more as
 * lines in item order.
 */
export class SessionResults {
  readonly tally = new Tally();
  readonly #onResult: SessionOptions["onResult"];
  readonly #onOrderedLines: SessionOptions["onOrderedLines"];
  readonly #states: boolean;

  /** @param states Whether results have to say of which state they are. */
  constructor({ onResult, onOrderedLines }: Pick<SessionOptions, "onResult" | "onOrderedLines">, states: boolean) {
    this.#onResult = onResult;
    this.#onOrderedLines = onOrderedLines;
    this.#states = states;
  }

  /** A child has ended. */
  ended(child: ChildRecord, source: ResultSource): void {
    const onResult = this.#onResult;
    if (child.output !== undefined && !source.batched && onResult === undefined) {
      this.tally.addSucceeded(1);
      return;
    }
    for (const result of itemResults(child, source.batched)) {
      this.tally.add(result);
      onResult?.(result, this.#stateOf(source));
    }
  }

  /** It is a child's turn in the order of items; a promise holds the run back. */
  ordered(child: ChildRecord, source: ResultSource): void | Promise<void> {
    return this.#onOrderedLines?.(resultLines(child, source.batched, this.#stateOf(source)));
  }

  #stateOf({ stateName }: ResultSource): string | undefined {
    return this.#states ? stateName : undefined;
  }
}
