import { expect, test } from "vitest";
import type { JsonObject } from "../../lib/json.js";
import { compile } from "../../lib/machine/compile.js";
import { DefinitionError } from "../../lib/machine/failure.js";
import { chain, simulate } from "../support/simulate.js";

function mistake(definition: JsonObject): { message: string; path: string } {
  try {
    compile(definition);
  } catch (error) {
    if (error instanceof DefinitionError) return { message: error.message, path: error.path };
    throw error;
  }
  throw new Error("it compiles");
}

test.each<[string, JsonObject, string]>([
  ["no states", { StartAt: "A" }, ""],
  ["a StartAt that is no state", { StartAt: "B", States: { A: { Type: "Succeed" } } }, "/StartAt"],
  ["a Next that is no state", { StartAt: "A", States: { A: { Type: "Pass", Next: "B" } } }, "/States/A/Next"],
  ["an unknown type", { StartAt: "A", States: { A: { Type: "Loop" } } }, "/States/A"],
  [
    "a Choice rule that leads nowhere",
    { StartAt: "A", States: { A: { Type: "Choice", Choices: [{ Variable: "$", IsNull: true, Next: "B" }] } } },
    "/States/A/Choices[0]/Next",
  ],
  [
    "a catcher that leads nowhere",
    {
      StartAt: "A",
      States: { A: { Type: "Task", Resource: "r", End: true, Catch: [{ ErrorEquals: ["X"], Next: "B" }] } },
    },
    "/States/A/Catch[0]/Next",
  ],
  [
    "a mistake inside a branch",
    {
      StartAt: "A",
      States: {
        A: { Type: "Parallel", End: true, Branches: [{ StartAt: "B", States: { B: { Type: "Pass", Next: "C" } } }] },
      },
    },
    "/States/A/Branches[0]/States/B/Next",
  ],
  ["a Map without a processor", { StartAt: "A", States: { A: { Type: "Map", End: true } } }, "/States/A"],
])("%s is found, with its path", (_, definition, path) => {
  expect(mistake(definition).path).toBe(path);
});

test("a state may speak its own language, and its neighbours keep that of the machine", async () => {
  const machine = chain({
    One: { Type: "Pass", QueryLanguage: "JSONata", Output: "{% $states.input.n + 1 %}" },
    Two: { Type: "Pass", Parameters: { "n.$": "$" } },
  });
  expect(await simulate(machine, { n: 1 })).toMatchObject({ output: { n: 2 } });
});
