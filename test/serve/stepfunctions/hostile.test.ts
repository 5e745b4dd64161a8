import fc from "fast-check";
import { expect, test } from "vitest";
import { ApiError } from "../../../lib/serve/stepfunctions/api-error.js";
import { OPERATIONS, type OperationName } from "../../../lib/serve/stepfunctions/model/operations.js";
import { openEndpoint, PASS, PREFIX } from "../endpoint.js";

const { server, create } = await openEndpoint({ virtualTime: true });
const arn = await create("there", PASS, { publish: true });
const { stepFunctions } = server.services;

/** What an operation might be given: mostly of the right kind, so that it comes past the first check. */
const text = fc.oneof(
  fc.constantFrom(arn, `${arn}:1`, `${arn}:x`, `${arn}/label`, `${PREFIX}:execution:there:e`, `${PREFIX}:mapRun:a/b:c`),
  fc.constantFrom(`${PREFIX}:activity:a`, `${PREFIX}:express:there/x:a:b`, "arn:aws:states:::x", "{}", "[]", "there"),
  fc.constantFrom(JSON.stringify(PASS), '{"Type":"Pass","End":true}', '{"StartAt":"A","States":{"A":{}}}', "STANDARD"),
  fc.string({ unit: "binary" }),
  fc.json(),
);
const member = fc.oneof(
  { weight: 5, arbitrary: text },
  fc.integer({ min: -1, max: 1001 }),
  fc.boolean(),
  fc.array(fc.record({ key: text, value: text, stateMachineVersionArn: text, weight: fc.nat(100) }), { maxLength: 2 }),
  fc.jsonValue(),
);
// A poll of an activity that is there takes a minute.
const operations = (Object.keys(OPERATIONS) as OperationName[]).filter((name) => name !== "GetActivityTask");

test("whatever an operation is given, it answers or refuses in the words of the API", async () => {
  const requests = fc.constantFrom(...operations).chain((operation) => {
    const members = Object.fromEntries(Object.keys(OPERATIONS[operation]).map((name) => [name, member]));
    return fc.tuple(fc.constant(operation), fc.record(members, { requiredKeys: [] }));
  });
  const seen = { answers: 0, refusals: 0 };
  await fc.assert(
    fc.asyncProperty(requests, async ([operation, request]) => {
      try {
        expect(await stepFunctions.call(operation, request)).toBeTypeOf("object");
        seen.answers += 1;
      } catch (error) {
        expect(error).toBeInstanceOf(ApiError);
        seen.refusals += 1;
      }
    }),
    { numRuns: 3000 },
  );
  expect(seen.answers).toBeGreaterThan(0);
  expect(seen.refusals).toBeGreaterThan(0);
});
