import { expect, test } from "vitest";
import * as cdk from "../infra/index.js";
import * as fanout from "../lib/index.js";
import * as task from "../lib/task/index.js";

test.each([
  ["fanout", fanout, ["FanoutError", "fanOut", "localEndpoint", "results", "runLocal"]],
  ["fanout/task", task, ["results", "task"]],
  ["fanout/cdk", cdk, ["FanOut", "FanOutFragment"]],
])("%s exports just its public names", (_name, module, names) => {
  expect(Object.keys(module).sort()).toEqual(names);
});
