import { expect, it } from "vitest";
import { mutableFunctionTable } from "../../../lib/adapters/invoke/mutable-functions.js";
import { fixture } from "../../contracts/invoker.js";

const arn = "arn:aws:lambda:eu-west-1:123456789012:function:f";
const references = ["f", "f:live", "123456789012:function:f", arn, `${arn}:3`];

it("finds a function in every form from when it is set until it is deleted", () => {
  const table = mutableFunctionTable();
  const first = fixture("handler", { name: "f" });
  const second = fixture("other", { name: "f" });
  const found = () => references.map((reference) => table.resolve(reference));
  expect(found()).toEqual(references.map(() => undefined));
  table.set(first);
  for (const each of found()) expect(each).toBe(first);
  table.set(second);
  for (const each of found()) expect(each).toBe(second);
  expect(table.definitions).toEqual([second]);
  table.delete("f");
  expect(found()).toEqual(references.map(() => undefined));
  table.delete("f");
  expect(table.definitions).toEqual([]);
});
