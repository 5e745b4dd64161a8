import type { Evaluate } from "../../scope.js";
import { DefinitionError } from "../../failure.js";

export function compileIntrinsic(text: string): Evaluate {
  if (text === "States.UUID()") return (scope) => scope.uuid();
  throw new DefinitionError(`Invalid intrinsic ${text}`);
}
