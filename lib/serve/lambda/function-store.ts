import type { CodeFolder } from "./code-folder.js";
import { type FunctionRecord, recordOf } from "./function-record.js";
import type { LambdaOptions } from "./operation.js";

/** The functions of the table with what the API knows of them. */
export class FunctionStore {
  readonly #options: LambdaOptions;
  readonly #code: CodeFolder;
  readonly #records = new Map<string, FunctionRecord>();

  constructor(options: LambdaOptions, code: CodeFolder) {
    this.#options = options;
    this.#code = code;
  }

  find(name: string): FunctionRecord | undefined {
    const definition = this.#options.functions.resolve(name);
    if (definition === undefined) return undefined;
    const known = this.#records.get(name);
    // Whoever else changes the table is right.
    if (known?.definition === definition) return known;
    const now = this.#options.now ?? Date.now;
    const record = recordOf(definition, this.#code.find(definition.code.path), now());
    this.#records.set(name, record);
    return record;
  }

  /** All functions, by name. */
  list(): FunctionRecord[] {
    const names = this.#options.functions.definitions.map(({ name }) => name).sort();
    return names.map((name) => this.find(name)).filter((record) => record !== undefined);
  }

  /** Makes a function known, or makes it what this record says. Calls that have been taken see what was before. */
  put(record: FunctionRecord): void {
    const { name } = record.definition;
    const before = this.find(name);
    this.#records.set(name, record);
    this.#options.functions.set(record.definition);
    if (before !== undefined) this.#leave(before, record);
  }

  delete(record: FunctionRecord): void {
    const { name } = record.definition;
    this.#records.delete(name);
    this.#options.functions.delete(name);
    this.#leave(record, undefined);
  }

  /** Ends the environments of what is no more, and deletes its code when the last call that uses it has ended. */
  #leave(before: FunctionRecord, after: FunctionRecord | undefined): void {
    if (before.definition === after?.definition) return;
    const forgotten = this.#options.invoker.forget(before.definition);
    before.code?.usedUntil(forgotten);
    if (before.code !== after?.code) void before.code?.delete();
  }
}
