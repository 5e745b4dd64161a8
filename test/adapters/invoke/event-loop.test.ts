import { expect, it } from "vitest";
import { eventLoopInvoker } from "../../../lib/adapters/invoke/event-loop.js";
import { callAll, describeInvoker, fixture, invokerMaker } from "../../contracts/invoker.js";

describeInvoker("the event-loop invoker", eventLoopInvoker);

const open = invokerMaker((options) => eventLoopInvoker({ ...options, concurrency: 3 }));

it("runs as many calls at once as it may, and no more", async () => {
  const calls = Array.from({ length: 9 }, () => ({ functionName: "counts", payload: '{"ms":5}' }));
  const outcomes = await callAll(open([fixture("counts", { name: "counts" })]), calls);
  const running = outcomes.map((each) => (each.kind === "returned" ? JSON.parse(each.payload).running : 0));
  expect(Math.max(...running)).toBe(3);
});

it("leaves console, process.exit and variables of this process as they were", async () => {
  const before = [console.log, process.exit, { ...process.env }];
  const invoker = open([fixture("prints", { environment: { FANOUT_TEST_ONLY: "1" } })]);
  await callAll(invoker, [{ functionName: "prints", payload: '{"text":"x"}' }]);
  expect(console.log).not.toBe(before[0]);
  await invoker.close();
  expect([console.log, process.exit, { ...process.env }]).toEqual(before);
});
