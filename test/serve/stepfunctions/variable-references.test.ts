import { expect, test } from "vitest";
import type { JsonObject } from "../../../lib/json.js";
import { variableReferences } from "../../../lib/serve/stepfunctions/variable-references.js";

const referencesOf = (state: JsonObject, more: JsonObject = {}) =>
  variableReferences({ StartAt: "S", States: { S: state }, ...more })["S"];

test.each<[string, JsonObject, readonly string[] | undefined]>([
  ["payload templates, where the key says that it is a path", { Parameters: { "a.$": "$x.y", b: "$z" } }, ["x"]],
  ["what Assign reads, not what it writes", { Assign: { "x.$": "$y", z: 1 } }, ["y"]],
  ["paths of all fields", { InputPath: "$a", OutputPath: "$b.c", SecondsPath: "$d" }, ["a", "b", "d"]],
  [
    "choices, nested ones too",
    { Choices: [{ Not: { Variable: "$a", NumericEqualsPath: "$b" }, Next: "S" }] },
    ["a", "b"],
  ],
  [
    "intrinsic functions, texts in them aside",
    { Parameters: { "p.$": "States.Format('$no {} it\\'s $no', $yes, $.no, $$.Execution.Id)" } },
    ["yes"],
  ],
  [
    "neither input, nor context, nor results",
    { Result: { "a.$": "$x" }, InputPath: "$.a", ResultPath: "$.b" },
    undefined,
  ],
  ["each once, sorted", { Parameters: { "a.$": "$b", "c.$": "$a", "d.$": "$b" } }, ["a", "b"]],
])("JSONPath: %s", (_, state, expected) => {
  expect(referencesOf({ Type: "Pass", ...state })).toEqual(expected);
});

test.each<[string, JsonObject, readonly string[] | undefined]>([
  ["expressions wherever they are", { Output: { a: ["{% $x + $y %}"] }, Assign: { z: "{% $x %}" } }, ["x", "y"]],
  [
    "what the expression binds itself is its own",
    { Output: "{% ($a := $b; $map([1], function($i) { $i + $a })) %}" },
    ["b"],
  ],
  ["functions and $states are none", { Output: "{% $sum($states.input.a) & $uuid() %}" }, undefined],
  ["plain text is none", { Output: "$x" }, undefined],
])("JSONata: %s", (_, state, expected) => {
  expect(referencesOf({ Type: "Pass", ...state }, { QueryLanguage: "JSONata" })).toEqual(expected);
});

test("states inside of states are told by their own names", () => {
  const inner = { StartAt: "In", States: { In: { Type: "Pass", InputPath: "$x", End: true } } };
  const map = { Type: "Map", ItemProcessor: inner, ItemsPath: "$items" };
  const parallel = {
    Type: "Parallel",
    Branches: [{ ...inner, States: { Branch: { Type: "Pass", InputPath: "$y" } } }],
  };
  expect(variableReferences({ StartAt: "Map", States: { Map: map, Parallel: parallel } })).toEqual({
    Map: ["items"],
    In: ["x"],
    Branch: ["y"],
  });
});
