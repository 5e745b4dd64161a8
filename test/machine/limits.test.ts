import fc from "fast-check";
import { expect, test } from "vitest";
import { exceeds, PAYLOAD_LIMIT, utf8Length } from "../../lib/machine/limits.js";
import { chain, Simulation, simulate } from "../support/simulate.js";

test("the length in UTF-8 is that of the encoder, whatever the text", () => {
  // Well-formed texts: a lone surrogate is no text that JSON in UTF-8 could carry.
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => utf8Length(text) === Buffer.byteLength(text)));
});

test("a text exceeds a limit when its bytes do", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.nat({ max: 40 }), (text, limit) => {
      expect(exceeds(text, limit)).toBe(Buffer.byteLength(text) > limit);
    }),
  );
});

test.each([
  ["ASCII", "a", PAYLOAD_LIMIT],
  ["3 bytes a character", "\u20ac", PAYLOAD_LIMIT / 3],
])("an output of exactly the limit passes, one byte more ends the execution: %s", async (_, character, length) => {
  const fits =
    character.repeat(Math.floor(length) - 2) + "a".repeat((PAYLOAD_LIMIT - 2) % Buffer.byteLength(character));
  const filled = fits + "a".repeat(PAYLOAD_LIMIT - 2 - Buffer.byteLength(fits));
  const machine = (result: string) => chain({ Big: { Type: "Pass", Result: result } });
  expect(await simulate(machine(filled))).toMatchObject({ status: "SUCCEEDED" });
  expect(await simulate(machine(`${filled}a`))).toMatchObject({
    status: "FAILED",
    error: "States.DataLimitExceeded",
    cause: "The state/task 'Big' returned a result with a size exceeding the maximum number of bytes service limit.",
  });
});

test("a state's own output over the limit is not for Retry or Catch", async () => {
  const twice = { Type: "Task", Resource: "arn:aws:states:::lambda:invoke" };
  const { status, error } = await simulate(
    chain({
      Doubled: {
        ...twice,
        Parameters: { FunctionName: "big" },
        ResultSelector: { "a.$": "$.Payload", "b.$": "$.Payload" },
        Retry: [{ ErrorEquals: ["States.ALL"] }],
        Catch: [{ ErrorEquals: ["States.ALL"], Next: "Caught" }],
      },
      Caught: { Type: "Pass" },
    }),
    {},
    { functions: () => ({ returns: "a".repeat(200_000) }) },
  );
  expect({ status, error }).toEqual({ status: "FAILED", error: "States.DataLimitExceeded" });
});

test("a task's result over the limit is a failed task, which States.ALL catches", async () => {
  const { output } = await simulate(
    chain({
      Big: {
        Type: "Task",
        Resource: "arn:aws:states:::lambda:invoke",
        Parameters: { FunctionName: "big" },
        Catch: [{ ErrorEquals: ["States.ALL"], Next: "Caught" }],
      },
      Caught: { Type: "Pass" },
    }),
    {},
    { functions: () => ({ returns: "a".repeat(PAYLOAD_LIMIT) }) },
  );
  expect(output).toMatchObject({ Error: "States.DataLimitExceeded" });
});

test("parameters over the limit are not sent", async () => {
  const Parameters = { FunctionName: "any", Payload: { "a.$": "$", "b.$": "$" } };
  const machine = chain({ Big: { Type: "Task", Resource: "arn:aws:states:::lambda:invoke", Parameters } });
  const simulation = new Simulation();
  const ended = await simulation.run(machine, "a".repeat(200_000));
  expect(ended).toMatchObject({ status: "FAILED", error: "States.DataLimitExceeded" });
  expect(simulation.invoker.calls).toEqual([]);
});
