import type { ChildInput, Inputs } from "./inputs.js";
import type { PriorChild, PriorChildren } from "./prior.js";

/** The input of a child, and what is left of that child; undefined for one that was never started. */
export interface Taken {
  readonly input: ChildInput;
  readonly left: PriorChild | undefined;
}

/** The inputs of children, and with each what an earlier process or attempt left of its child. */
export class Intake {
  readonly #inputs: Inputs;
  readonly #prior: PriorChildren | undefined;
  #taken = 0;
  /** Of children up to this one it is known what is left. */
  #known = 0;

  constructor(inputs: Inputs, prior: PriorChildren | undefined) {
    this.#inputs = inputs;
    this.#prior = prior;
  }

  /** True when there is a child to take. */
  get ready(): boolean {
    return this.#taken < this.#known;
  }

  /** True when `load` should be called. */
  get hungry(): boolean {
    return this.#inputs.hungry;
  }

  /** True when all items have been read and all inputs have been made of them. */
  get exhausted(): boolean {
    return this.#inputs.exhausted;
  }

  /** Children there are inputs for so far, taken or not. */
  get made(): number {
    return this.#inputs.made;
  }

  get itemsRead(): number {
    return this.#inputs.itemsRead;
  }

  /** Takes the next child's input, and what is left of that child. Only when `ready`. */
  take(): Taken {
    const left = this.#prior?.take(this.#taken);
    this.#taken += 1;
    return { input: this.#inputs.take(), left };
  }

  /** Reads on. Throws what reading items throws. */
  async load(): Promise<void> {
    const from = this.#inputs.made;
    await this.#inputs.load();
    const to = this.#inputs.made;
    if (to > from) await this.#prior?.load(from, to);
    this.#known = to;
  }

  close(): Promise<void> {
    return this.#inputs.close();
  }
}
