import { type MutableFunctionTable, mutableFunctionTable } from "../../adapters/invoke/mutable-functions.js";
import type { FunctionDefinition } from "../../definition/application.js";
import { readJson, writeJson } from "./json-file.js";

/**
 * A table of functions that is written to a file when one comes or goes. Those of the target are not: the target says
 * at the next start what they are by then.
 *
 * @param file Absent: nothing is written.
 */
export function keptFunctions(file: string | undefined, target: readonly FunctionDefinition[]): MutableFunctionTable {
  const kept = file === undefined ? [] : ((readJson(file) ?? []) as FunctionDefinition[]);
  const table = mutableFunctionTable([...kept, ...target]);
  const save = () => {
    if (file === undefined) return;
    writeJson(
      file,
      table.definitions.filter((definition) => !target.includes(definition)),
    );
  };
  return {
    get definitions() {
      return table.definitions;
    },
    resolve: (nameOrArn) => table.resolve(nameOrArn),
    set(definition) {
      table.set(definition);
      save();
    },
    delete(name) {
      table.delete(name);
      save();
    },
  };
}
