import { expect, test } from "vitest";
import type { JsonObject } from "../../lib/json.js";
import { applyOverrides, severalMapRuns } from "../../lib/local/overrides.js";

const distributed = (fields = {}) => ({
  Type: "Map",
  ItemProcessor: { ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "EXPRESS" }, StartAt: "A", States: {} },
  ...fields,
});
const parallel = (...branches: JsonObject[]) => ({
  Type: "Parallel",
  Branches: branches.map((states) => ({ StartAt: "M", States: states })),
});
const inline = { Type: "Map", ItemProcessor: { StartAt: "A", States: {} } };

test("distributed maps get the fields, and lose the paths in their place", () => {
  const definition = { StartAt: "M", States: { M: distributed({ MaxConcurrencyPath: "$.n" }), I: inline } };
  const { States: states } = applyOverrides(definition, { maxConcurrency: 3, toleratedFailurePercentage: 5 });
  expect(states).toEqual({
    M: distributed({ MaxConcurrency: 3, ToleratedFailurePercentage: 5 }),
    I: inline,
  });
});

test("without overrides the definition is the same object", () => {
  const definition = { StartAt: "M", States: { M: distributed() } };
  expect(applyOverrides(definition, { maxConcurrency: undefined })).toBe(definition);
});

test("the old name Iterator counts too", () => {
  const { ItemProcessor: Iterator, ...rest } = distributed();
  const definition = { StartAt: "M", States: { M: { ...rest, Iterator } } };
  expect(applyOverrides(definition, { maxConcurrency: 1 })["States"]).toMatchObject({ M: { MaxConcurrency: 1 } });
});

test.each<[states: JsonObject, several: boolean]>([
  [{ M: distributed() }, false],
  [{ M: distributed(), N: distributed() }, true],
  [{ M: distributed(), N: inline }, false],
  [{ P: parallel({ M: distributed() }, { N: distributed() }) }, true],
  [{ P: parallel({ M: distributed() }, { N: inline }) }, false],
  [{ M: distributed(), N: { Type: "Map", ItemProcessor: { StartAt: "O", States: { O: distributed() } } } }, true],
])("several map runs in %j: %s", (states, several) => {
  expect(severalMapRuns({ StartAt: "M", States: states })).toBe(several);
});
