import { createRequire } from "node:module";

const require = createRequire(import.meta.url);

/**
 * The `yaml` package, loaded when it is first asked for: loading it takes about as long as starting Node does, and a
 * run without YAML needs none of it.
 */
export function yamlLibrary(): typeof import("yaml") {
  return require("yaml") as typeof import("yaml");
}
