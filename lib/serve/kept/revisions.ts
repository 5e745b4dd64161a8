import { checkedDefinition, type StateMachineType } from "../stepfunctions/checked-definition.js";
import type { Revision } from "../stepfunctions/state-machine.js";
import { Contents } from "./contents.js";

/** Revisions of state machines as files. */
export class Revisions {
  readonly #contents: Contents;

  constructor(folder: string) {
    this.#contents = new Contents(folder);
  }

  /** Keeps a revision. Gives the name under which it is found again. */
  save(revision: Revision, type: StateMachineType): string {
    return this.#contents.save(revision, ({ checked: _, ...plain }) => ({ ...plain, type }));
  }

  /** Undefined when its file is missing. The definition is compiled when it is first needed. */
  load(name: string): Revision | undefined {
    return this.#contents.load(name, (content) => {
      const { type, id, ...plain } = content as Omit<Revision, "checked"> & { type: StateMachineType };
      let checked: Revision["checked"] | undefined;
      return {
        ...plain,
        id,
        get checked() {
          checked ??= checkedDefinition(plain.text, type);
          return checked;
        },
      };
    });
  }
}
