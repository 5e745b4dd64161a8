import { describe, expect, it } from "vitest";
import { functionTable, qualifiedArn } from "../../../lib/adapters/invoke/functions.js";
import { fixture } from "../../contracts/invoker.js";

const resize = fixture("handler", { name: "App-Resize_1" });
const gather = fixture("handler", { name: "gather" });
const table = functionTable([resize, gather]);

describe("a function is found", () => {
  it.each([
    "App-Resize_1",
    "App-Resize_1:$LATEST",
    "App-Resize_1:live",
    "function:App-Resize_1",
    "123456789012:function:App-Resize_1",
    "123456789012:function:App-Resize_1:7",
    "arn:aws:lambda:eu-west-1:123456789012:function:App-Resize_1",
    "arn:aws:lambda:eu-west-1:123456789012:function:App-Resize_1:live",
  ])("by %s", (reference) => {
    expect(table.resolve(reference)).toBe(resize);
  });

  it.each([
    "Resize",
    "",
    "App-Resize_1:live:more",
    "999999999999:function:App-Resize_1",
    "arn:aws:lambda:us-east-1:123456789012:function:App-Resize_1",
    "arn:aws:states:eu-west-1:123456789012:function:App-Resize_1",
  ])("not by %j", (reference) => {
    expect(table.resolve(reference)).toBeUndefined();
  });
});

it("a qualified ARN has every part that the reference leaves out", () => {
  const arn = (reference: string) => qualifiedArn(reference, "eu-west-1", "123456789012");
  expect(arn("f")).toBe("arn:aws:lambda:eu-west-1:123456789012:function:f:$LATEST");
  expect(arn("f:live")).toBe("arn:aws:lambda:eu-west-1:123456789012:function:f:live");
  const full = "arn:aws:lambda:us-east-2:999999999999:function:f:3";
  expect(arn(full)).toBe(full);
});
