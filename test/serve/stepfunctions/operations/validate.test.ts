import { ValidateStateMachineDefinitionCommand } from "@aws-sdk/client-sfn";
import { expect, test } from "vitest";
import { openEndpoint, PASS, refusal } from "../../endpoint.js";

const { client } = await openEndpoint();
const check = async (definition: string, more: object = {}) => {
  const answer = await client.send(new ValidateStateMachineDefinitionCommand({ definition, ...more }));
  const { result, diagnostics = [], truncated } = answer;
  return { result, truncated, found: diagnostics.map(({ severity, code, location }) => [severity, code, location]) };
};
const many = JSON.stringify({
  StartAt: "A",
  States: Object.fromEntries(["A", "B", "C"].map((name) => [name, { Type: "Nonsense", End: true }])),
});

test("a definition that is right has no diagnostics", async () => {
  expect(await check(JSON.stringify(PASS))).toEqual({ result: "OK", truncated: false, found: [] });
});

test("one that is not has all of them, each with its place", async () => {
  const { result, found } = await check(many);
  expect(result).toBe("FAIL");
  for (const name of ["A", "B", "C"]) {
    expect(found).toContainEqual(["ERROR", "SCHEMA_VALIDATION_FAILED", `/States/${name}/Type`]);
  }
});

test("no more are given than are asked for", async () => {
  const { found, truncated, result } = await check(many, { maxResults: 1 });
  expect([found.length, truncated, result]).toEqual([1, true, "FAIL"]);
});

test("what is no JSON, and what EXPRESS does not have, is found", async () => {
  expect((await check("{")).found).toEqual([["ERROR", "INVALID_JSON_DESCRIPTION", ""]]);
  const token = {
    Type: "Task",
    Resource: "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
    Parameters: {},
    End: true,
  };
  const definition = JSON.stringify({ StartAt: "A", States: { A: token } });
  expect((await check(definition, { type: "EXPRESS" })).result).toBe("FAIL");
});

test("the request itself is checked too", async () => {
  expect(await refusal(check("{}", { maxResults: 101 }))).toContain("Member must have value less than or equal to 100");
});
