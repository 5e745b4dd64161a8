import { fateOf } from "./fate.mjs";

/** What the outcome of each fate is called. */
const ERRORS = { throws: "Unlucky", hangs: "States.Timeout", crashes: "Runtime.ExitError" };

/** Holds the results of a run, line by line, against what the seed has for each item. */
export class Outcomes {
  /** Items by their fate. */
  seen = { succeeds: 0, throws: 0, hangs: 0, crashes: 0 };
  /** The first few that are not as they should be, in words, and how many there are. */
  examples = [];
  wrong = 0;
  #rates;
  #next = 0;

  constructor(rates) {
    this.#rates = rates;
  }

  /** Items so far. */
  get count() {
    return this.#next;
  }

  /** Takes the next result; they come in item order, so that one that is missing or there twice is seen at once. */
  add(line) {
    const index = this.#next++;
    const fate = fateOf(index, this.#rates);
    this.seen[fate] += 1;
    if (fate === "succeeds") {
      if (line !== `{"index":${index},"status":"SUCCEEDED","output":{"id":${index}}}`) this.#blame(index, fate, line);
      return;
    }
    const result = JSON.parse(line);
    if (result.index !== index || result.error?.name !== ERRORS[fate]) this.#blame(index, fate, line);
  }

  /** Whether the counts that the command gives are those of the seed, each kind of failure by itself. */
  agreesWith({ items, failures }) {
    const { succeeds, ...failed } = this.seen;
    const counts = new Map(failures.map(({ name, count }) => [name, count]));
    return (
      items.total === this.count &&
      items.succeeded === succeeds &&
      items.failed === this.count - succeeds &&
      Object.entries(failed).every(([fate, count]) => (counts.get(ERRORS[fate]) ?? 0) === count)
    );
  }

  #blame(index, fate, line) {
    this.wrong += 1;
    if (this.examples.length < 10) this.examples.push(`item ${index} should be one that ${fate}: ${line}`);
  }
}
