import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { checkedDefinition, type StateMachineType } from "../stepfunctions/checked-definition.js";
import type { Revision } from "../stepfunctions/state-machine.js";
import { readJson, writeJson } from "./json-file.js";

/** Revisions of state machines as files, each once, named after what is in it. */
export class Revisions {
  readonly #folder: string;
  readonly #names = new WeakMap<Revision, string>();
  readonly #loaded = new Map<string, Revision>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Keeps a revision. Gives the name under which it is found again. */
  save(revision: Revision, type: StateMachineType): string {
    const known = this.#names.get(revision);
    if (known !== undefined) return known;
    const { checked: _, ...plain } = revision;
    const content = { ...plain, type };
    const name = createHash("sha256").update(JSON.stringify(content)).digest("hex").slice(0, 32);
    const path = join(this.#folder, `${name}.json`);
    if (!existsSync(path)) writeJson(path, content);
    this.#names.set(revision, name);
    return name;
  }

  /** Undefined when its file is missing. The definition is compiled when it is first needed. */
  load(name: string): Revision | undefined {
    const known = this.#loaded.get(name);
    if (known !== undefined) return known;
    const content = readJson(join(this.#folder, `${name}.json`));
    if (content === undefined) return undefined;
    const { type, id, ...plain } = content as Omit<Revision, "checked"> & { type: StateMachineType };
    let checked: Revision["checked"] | undefined;
    const revision: Revision = {
      ...plain,
      id,
      get checked() {
        checked ??= checkedDefinition(plain.text, type);
        return checked;
      },
    };
    this.#names.set(revision, name);
    this.#loaded.set(name, revision);
    return revision;
  }
}
