import type { FunctionDefinition } from "../../definition/application.js";
import { type FunctionTable, functionTable } from "./functions.js";

/** A table whose functions come and go. Invokers must `forget` a definition that it gives no more. */
export interface MutableFunctionTable extends FunctionTable {
  /** Adds a function, in place of the one of its name when there is one. */
  set(definition: FunctionDefinition): void;
  /** No effect when there is no such function. */
  delete(name: string): void;
}

/** A table that begins with these functions; of two with one name the last counts. */
export function mutableFunctionTable(definitions: readonly FunctionDefinition[] = []): MutableFunctionTable {
  const byName = new Map(definitions.map((definition) => [definition.name, definition]));
  // Remembers look-ups, hence a new one after each change; made when it is first asked.
  let current: FunctionTable | undefined;
  const table = () => {
    current ??= functionTable([...byName.values()]);
    return current;
  };
  return {
    get definitions() {
      return table().definitions;
    },
    // Most references are names; those need no table.
    resolve: (nameOrArn) => byName.get(nameOrArn) ?? table().resolve(nameOrArn),
    set(definition) {
      byName.set(definition.name, definition);
      current = undefined;
    },
    delete(name) {
      byName.delete(name);
      current = undefined;
    },
  };
}
