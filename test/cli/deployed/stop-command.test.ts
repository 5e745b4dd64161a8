import { expect, test } from "vitest";
import { stopCommand } from "../../../lib/cli/deployed/stop-command.js";

const ARN = "arn:aws:states:eu-west-1:111122223333:execution:order:one";
const base = `aws stepfunctions stop-execution --execution-arn ${ARN}`;

test.each([
  [{}, `${base} --region eu-west-1`],
  [{ region: "us-east-1" }, `${base} --region us-east-1`],
  [{ profile: "dev" }, `${base} --region eu-west-1 --profile dev`],
  [{ endpointUrl: "http://127.0.0.1:4566" }, `${base} --region eu-west-1 --endpoint-url http://127.0.0.1:4566`],
])("flags that were given are given again: %j", (flags, command) => {
  expect(stopCommand(ARN, flags)).toBe(command);
});

test("words are quoted for a shell where they need it", () => {
  expect(stopCommand(`${ARN}(é)`, { profile: "it's mine" })).toBe(
    `aws stepfunctions stop-execution --execution-arn '${ARN}(é)' --region eu-west-1 --profile 'it'\\''s mine'`,
  );
});
