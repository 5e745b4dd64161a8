import { expect, test } from "vitest";
import { JsonText } from "../../../lib/json.js";
import { chain, simulate } from "../../support/simulate.js";

const echo = { Type: "Task", Resource: "arn:aws:lambda:eu-west-1:123456789012:function:echo" };
const input = { a: { b: 1 }, c: 2 };

async function outputOf(state: object, from: object | number = input) {
  return (await simulate(chain({ State: { ...echo, ...state } }), from as never)).output;
}

test.each([
  ["InputPath chooses what the state works on", { InputPath: "$.a" }, { b: 1 }],
  ["InputPath null is an empty object", { InputPath: null }, {}],
  ["Parameters replace the input", { Parameters: { "x.$": "$.a.b", y: 3 } }, { x: 1, y: 3 }],
  ["Parameters read what InputPath chose", { InputPath: "$.a", Parameters: { "x.$": "$.b" } }, { x: 1 }],
  ["ResultSelector shapes the result", { ResultSelector: { "x.$": "$.c" } }, { x: 2 }],
  ["ResultPath writes into the raw input", { InputPath: "$.a", ResultPath: "$.r" }, { ...input, r: { b: 1 } }],
  ["ResultPath makes missing parents", { InputPath: "$.c", ResultPath: "$.p.q" }, { ...input, p: { q: 2 } }],
  ["ResultPath null keeps the raw input", { InputPath: "$.a", ResultPath: null }, input],
  ["OutputPath chooses from the whole", { ResultPath: "$.r", OutputPath: "$.r.a" }, { b: 1 }],
  ["OutputPath null is an empty object", { OutputPath: null }, {}],
  ["InputPath may read the context object", { InputPath: "$$.State.Name" }, "State"],
  ["a path of several values is an array", { InputPath: "$.*" }, [{ b: 1 }, 2]],
])("JSONPath: %s", async (_, state, expected) => {
  expect(await outputOf(state)).toEqual(expected);
});

test("JSONPath: all fields in their order", async () => {
  const state = {
    InputPath: "$.a",
    Parameters: { "x.$": "$.b" },
    ResultSelector: { "y.$": "$.x" },
    ResultPath: "$.r",
    OutputPath: "$.r",
  };
  expect(await outputOf(state)).toEqual({ y: 1 });
});

test.each([
  ["InputPath", "Invalid path '$.no' : No results for path: $['no']"],
  ["OutputPath", "Invalid path '$.no' : No results for path: $['no']"],
])("JSONPath: a %s that leads nowhere is a failure that says so", async (field, cause) => {
  expect(await simulate(chain({ State: { Type: "Pass", [field]: "$.no" } }))).toMatchObject({
    status: "FAILED",
    error: "States.Runtime",
    cause: `An error occurred while executing the state 'State' (entered at the event id #2). ${cause}`,
  });
});

const jsonata = (state: object) => chain({ State: { ...echo, ...state } }, { QueryLanguage: "JSONata" });

test.each([
  ["the input is the default argument", {}, input],
  ["Arguments replace it", { Arguments: { x: "{% $states.input.a.b %}" } }, { x: 1 }],
  [
    "Output sees input and result",
    { Output: { r: "{% $states.result.c %}", i: "{% $states.input.a.b + 1 %}" } },
    { r: 2, i: 2 },
  ],
  ["the context object is there", { Output: "{% $states.context.State.Name & '!' %}" }, "State!"],
  ["Output may be null", { Output: null }, null],
])("JSONata: %s", async (_, state, expected) => {
  expect((await simulate(jsonata(state), input)).output).toEqual(expected);
});

test("text that is only handed on stays as it came, blanks and all", async () => {
  const text = '{ "a" :  1.0 }';
  const { execution } = await simulate(chain({ A: { Type: "Pass" }, B: { Type: "Succeed" } }), new JsonText(text));
  expect(execution.outcome).toMatchObject({ output: { text } });
});
