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

  get complete(): boolean {
    return this.#missing === 0;
  }

  add(child: Frame, output: JsonText): void {
    this.children.delete(child);
    this.#outputs[child.slot] = output;
    this.#missing -= 1;
  }

  /** An array of the outputs, each text as it came. */
  result(): JsonText {
    return new JsonText(`[${this.#outputs.map((output) => output.text).join(",")}]`);
  }
}
