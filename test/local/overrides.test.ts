import { expect, test } from "vitest";
import { applyOverrides, severalMapRuns } from "../../lib/local/overrides.js";

const distributed = (fields = {}) => ({
  Type: "Map",
  ItemProcessor: { ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "EXPRESS" }, StartAt: "A", States: {} },
  ...fields,
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

test.each([
  [{ M: distributed() }, false],
  [{ M: distributed(), N: distributed() }, true],
  [{ M: distributed(), N: inline }, false],
])("several map runs in %j: %s", (states, several) => {
  expect(severalMapRuns({ StartAt: "M", States: states })).toBe(several);
});
