import { readFileSync } from "node:fs";

/** The version of the package, whose package.json is three folders up from the built file. */
export function packageVersion(): string {
  const text = readFileSync(new URL("../../../package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}
