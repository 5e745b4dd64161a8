import { JsonText } from "../../json.js";
import type { Frame, ParentWork } from "../frame.js";

/** The outputs of child frames, gathered in the order of their slots whatever order they come in. */
export class Join implements ParentWork {
  readonly children = new Set<Frame>();
  readonly #outputs: JsonText[];
  #missing: number;

  constructor(size: number) {
    this.#outputs = new Array<JsonText>(size);
    this.#missing = size;
  }

  /** Puts in the output of a child that had ended before. */
  keep(slot: number, output: JsonText): void {
    this.#outputs[slot] = output;
    this.#missing -= 1;
  }

  get complete(): boolean {
    return this.#missing === 0;
  }

  add(child: Frame, output: JsonText): void {
    this.children.delete(child);
    this.keep(child.slot, output);
  }

  /** An array of the outputs, each text as it came. */
  result(): JsonText {
    return new JsonText(`[${this.#outputs.map((output) => output.text).join(",")}]`);
  }
}
