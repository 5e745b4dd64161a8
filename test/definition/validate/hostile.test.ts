import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { locate, validate } from "../../../lib/definition/validate.js";
import type { Json, JsonObject } from "../../../lib/json.js";

/** A definition that uses most of the language. */
const rich: JsonObject = {
  Comment: "c",
  StartAt: "Pass",
  TimeoutSeconds: 60,
  States: {
    Pass: {
      Type: "Pass",
      InputPath: "$.a",
      Parameters: { "x.$": "$.x", list: [{ "y.$": "$$.Execution.Id" }] },
      Next: "Choose",
    },
    Choose: {
      Type: "Choice",
      Choices: [
        { And: [{ Variable: "$.a", IsNull: false }, { Not: { Variable: "$.b", NumericEquals: 1 } }], Next: "Wait" },
        { Variable: "$.t", TimestampEquals: "2026-01-01T00:00:00Z", Next: "Fail", Assign: { "v.$": "$" } },
      ],
      Default: "Both",
    },
    Wait: { Type: "Wait", SecondsPath: "$.s", Next: "Each" },
    Both: {
      Type: "Parallel",
      Branches: [{ StartAt: "B", States: { B: { Type: "Succeed" } } }],
      Catch: [{ ErrorEquals: ["States.ALL"], ResultPath: "$.e", Next: "Fail" }],
      Next: "Each",
    },
    Each: {
      Type: "Map",
      ItemReader: {
        Resource: "arn:aws:states:::s3:getObject",
        Parameters: { Bucket: "b", Key: "k" },
        ReaderConfig: { InputType: "JSON" },
      },
      ItemBatcher: { MaxItemsPerBatch: 5 },
      ItemProcessor: {
        ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "EXPRESS" },
        StartAt: "Do",
        States: {
          Do: {
            Type: "Task",
            QueryLanguage: "JSONata",
            Resource: "arn:aws:states:::lambda:invoke",
            Arguments: { FunctionName: "f", Payload: "{% $states.input %}" },
            Retry: [{ ErrorEquals: ["E"], MaxAttempts: 2 }],
            Output: "{% $states.result.Payload %}",
            End: true,
          },
        },
      },
      Label: "each",
      ResultWriter: { WriterConfig: { OutputType: "JSONL" } },
      End: true,
    },
    Fail: { Type: "Fail", Error: "E", CausePath: "$.c" },
  },
};

/** Every place in a value, as the keys that lead to it. */
function places(value: Json, path: string[] = []): string[][] {
  if (typeof value !== "object" || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, item]) => places(item as Json, [...path, key]))];
}

/** A copy with another value at a place; undefined takes the member away. */
function replaced(value: Json, [key, ...rest]: string[], by: Json | undefined): Json {
  if (key === undefined) return by ?? null;
  const copy = (Array.isArray(value) ? [...value] : { ...(value as object) }) as Record<string, Json>;
  if (rest.length === 0 && by === undefined) {
    if (Array.isArray(copy)) copy.splice(Number(key), 1);
    else delete copy[key];
  } else copy[key] = replaced(copy[key] as Json, rest, by);
  return copy as Json;
}

const names = fc.constantFrom(
  "StartAt",
  "States",
  "Type",
  "Map",
  "Pass",
  "Task",
  "Next",
  "$.a",
  "{% 1 %}",
  "{%",
  "__proto__",
  "toString",
  "[0]",
  "",
);
const json = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom<Json>(null, true, false, 0, -1, 1.5, 1e308),
    names,
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(names, tie("value"), { maxKeys: 5 }),
  ),
})).value;

function checkFindings(definition: Json): void {
  const before = JSON.stringify(definition);
  const found = validate(definition, { expression: () => null });
  expect(JSON.stringify(definition)).toBe(before);
  expect(validate(definition, { expression: () => null })).toEqual(found);
  for (const { severity, code, message, location } of found) {
    expect(["ERROR", "WARNING"]).toContain(severity);
    expect(code).toMatch(/^[A-Z_]+$/);
    expect(message).not.toBe("");
    expect(location === "" || location.startsWith("/")).toBe(true);
    expect(locate(before, location)).toBeDefined();
  }
}

describe("validate", () => {
  it("finds nothing wrong with the definition that the others are made of", () => {
    expect(validate(rich)).toEqual([]);
  });

  it("answers for every JSON value", () => {
    fc.assert(fc.property(json, checkFindings), { numRuns: 300 });
  });

  it("answers for every mutation of a good definition", () => {
    const place = fc.constantFrom(...places(rich));
    const mutations = fc.array(fc.tuple(place, fc.option(json, { nil: undefined })), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(mutations, (all) => {
        let definition: Json = rich;
        for (const [path, value] of all) {
          if (places(definition).some((other) => other.join("\0") === path.join("\0"))) {
            definition = replaced(definition, path, value);
          }
        }
        checkFindings(definition);
      }),
      { numRuns: 300 },
    );
  });

  it("finds a missing target wherever a state is named", () => {
    const targets = places(rich).filter((path) => ["Next", "Default", "StartAt"].includes(path.at(-1) ?? ""));
    expect(targets).toHaveLength(10);
    for (const path of targets) {
      const codes = validate(replaced(rich, path, "Nowhere")).map(({ code, message }) => `${code} ${message}`);
      const message =
        path.at(-1) === "StartAt"
          ? 'StartAt names the state "Nowhere", which is not among the States'
          : "Missing 'Next' target: Nowhere";
      expect(codes).toContain(`MISSING_TRANSITION_TARGET ${message}`);
    }
  });

  it("does not exhaust the call stack", () => {
    const deep = (open: string, close: string) => JSON.parse(open.repeat(100_000) + close.repeat(100_000)) as Json;
    expect(validate(deep("[", "]"))).toMatchObject([{ code: "TOO_DEEPLY_NESTED" }]);
    const States = { A: { Type: "Pass", Parameters: deep("[", "]"), End: true } };
    expect(validate({ StartAt: "A", States })).toMatchObject([{ code: "TOO_DEEPLY_NESTED" }]);
    let block: Json = { StartAt: "S", States: { S: { Type: "Succeed" } } };
    for (let i = 0; i < 110; i++) {
      block = { StartAt: `M${i}`, States: { [`M${i}`]: { Type: "Map", ItemProcessor: block, End: true } } };
    }
    expect(validate(block)).toMatchObject([{ code: "TOO_DEEPLY_NESTED" }]);
  });

  it("goes through many states without end or number", () => {
    const states = Array.from({ length: 20_000 }, (_, i) => [`S${i}`, { Type: "Pass", Next: `S${i + 1}` }] as const);
    const definition = { StartAt: "S0", States: Object.fromEntries(states) };
    expect(validate(definition).map(({ code }) => code)).toEqual(["MISSING_TRANSITION_TARGET", "MISSING_END_STATE"]);
    const branches = Array.from({ length: 200_000 }, () => 0);
    const wide = { StartAt: "P", States: { P: { Type: "Parallel", Branches: branches, End: true } } };
    expect(validate(wide).length).toBe(1000);
    const wrong = { StartAt: "S0", States: Object.fromEntries(states.map(([name]) => [name, {}])) };
    expect(validate(wrong).length).toBeLessThanOrEqual(1000);
  });
});
