import { expect, test } from "vitest";
import { unconnected } from "../../lib/run/unconnected.js";
import { serviceCall, servicesContract } from "../contracts/services.js";

servicesContract(() => ({ services: unconnected(), call: () => serviceCall("sqs:sendMessage") }));

test("a call fails and says which integration is missing", async () => {
  const services = unconnected();
  const outcome = await new Promise((resolve) => {
    services.onOutcome = (_, told) => resolve(told);
    services.call(serviceCall("sqs:sendMessage"));
  });
  const cause = "The integration 'sqs:sendMessage' is not connected to anything here.";
  expect(outcome).toEqual({ kind: "failed", error: "States.Runtime", cause });
});
