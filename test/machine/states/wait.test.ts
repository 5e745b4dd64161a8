import fc from "fast-check";
import { expect, test } from "vitest";
import type { Json } from "../../../lib/json.js";
import { chain, simulate } from "../../support/simulate.js";

const wait = (fields: object, language = "JSONPath") =>
  chain({ Wait: { Type: "Wait", ...fields } }, { QueryLanguage: language });

test("any number of seconds takes just so long, and the input comes out", async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: 99_999_999 }), async (seconds) => {
      expect(await simulate(wait({ SecondsPath: "$.s" }), { s: seconds })).toMatchObject({
        status: "SUCCEEDED",
        ms: seconds * 1000,
        output: { s: seconds },
      });
    }),
    { numRuns: 30 },
  );
});

test.each([
  ["Seconds", { Seconds: 5 }, "JSONPath", 5000],
  ["Timestamp", { Timestamp: "1970-01-01T00:01:00Z" }, "JSONPath", 60_000],
  ["TimestampPath with an offset", { TimestampPath: "$.t" }, "JSONPath", 60_000],
  ["a time in the past", { Timestamp: "1969-01-01T00:00:00Z" }, "JSONPath", 0],
  ["JSONata seconds", { Seconds: "{% $states.input.s * 2 %}" }, "JSONata", 6000],
  ["JSONata timestamp", { Timestamp: "{% $states.input.t %}" }, "JSONata", 60_000],
])("%s", async (_, fields, language, ms) => {
  const input = { s: 3, t: "1970-01-01T02:01:00+02:00" };
  expect(await simulate(wait(fields, language), input)).toMatchObject({ status: "SUCCEEDED", ms });
});

test.each([
  [{ SecondsPath: "$.s" }, { s: -1 }, "The SecondsPath parameter references a negative value: $.s == -1"],
  [{ SecondsPath: "$.s" }, { s: 1.5 }, "The SecondsPath parameter cannot be parsed as a long value: $.s == 1.5"],
  [{ SecondsPath: "$.s" }, {}, "The SecondsPath parameter does not reference an input value: $.s"],
  [
    { TimestampPath: "$.t" },
    { t: "tomorrow" },
    "The TimestampPath parameter does not reference a valid ISO-8601 extended offset date-time format string: $.t == tomorrow",
  ],
  [{ SecondsPath: "$.s" }, { s: 2 ** 31 }, "Wait state delay is too long."],
])("%j of %j: %s", async (fields, input, cause) => {
  expect(await simulate(wait(fields), input as Json)).toMatchObject({
    status: "FAILED",
    error: "States.Runtime",
    cause: `An error occurred while executing the state 'Wait' (entered at the event id #2). ${cause}`,
  });
});
