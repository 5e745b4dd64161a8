import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { readJson, writeJson } from "./json-file.js";

/** Values as files of a folder, each named after what is in it and so there once, however many refer to it. */
export class Contents {
  readonly #folder: string;
  readonly #names = new WeakMap<object, string>();
  readonly #loaded = new Map<string, object>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /**
   * Keeps what `plain` makes of an object. Gives the name under which it is found again, at once when this very object has
   * been kept before.
   */
  save<T extends object>(object: T, plain: (object: T) => unknown): string {
    const known = this.#names.get(object);
    if (known !== undefined) return known;
    const content = plain(object);
    const name = createHash("sha256").update(JSON.stringify(content)).digest("hex").slice(0, 32);
    const path = this.#path(name);
    if (!existsSync(path)) writeJson(path, content);
    this.#names.set(object, name);
    return name;
  }

  /** The object that `make` makes of what is kept, the same one each time; undefined when its file is missing. */
  load<T extends object>(name: string, make: (content: unknown) => T): T | undefined {
    const known = this.#loaded.get(name);
    if (known !== undefined) return known as T;
    const content = readJson(this.#path(name));
    if (content === undefined) return undefined;
    const object = make(content);
    this.#names.set(object, name);
    this.#loaded.set(name, object);
    return object;
  }

  #path(name: string): string {
    return join(this.#folder, `${name}.json`);
  }
}
