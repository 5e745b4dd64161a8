import { expect, test } from "vitest";
import { type Attended, goesOn } from "../../../lib/cli/deployed/goes-on.js";

const executionArn = "arn:aws:states:eu-west-1:111122223333:execution:order:one";
const stop = `aws stepfunctions stop-execution --execution-arn ${executionArn} --region eu-west-1`;

test.each<[string, Omit<Attended, "executionArn">, string]>([
  ["runs", { express: false }, `The execution goes on. To stop it:\n  ${stop}`],
  ["may run", { express: false, asked: "start" }, `The execution may have been started. To stop it:\n  ${stop}`],
  [
    "may run again",
    { express: false, asked: "redrive" },
    `The execution may have been redriven. To stop it:\n  ${stop}`,
  ],
  [
    "cannot be stopped",
    { express: true, asked: "start" },
    "An EXPRESS execution cannot be stopped: it ends by itself, after 5 minutes at the latest.",
  ],
])("of an execution that %s is said so", (_, attended, text) => {
  expect(goesOn({ executionArn, ...attended }, {})).toBe(text);
});
