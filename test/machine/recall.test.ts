import { expect, test } from "vitest";
import { JsonText } from "../../lib/json.js";
import { Recall } from "../../lib/machine/index.js";

const event = (id: number, previousEventId: number, type: string, name?: string, index?: number) => ({
  ...{ id, previousEventId, type, name, index },
  exit: undefined,
});

test("an event is found by what it follows, its type, name and index, and only once", () => {
  const recall = new Recall([
    event(5, 4, "TaskScheduled"),
    event(6, 4, "MapIterationStarted", "Map", 1),
    event(7, 4, "MapIterationStarted", "Map", 2),
  ]);
  expect(recall.take("TaskScheduled", 3, {})).toBeUndefined();
  expect(recall.take("MapIterationStarted", 4, { name: "Map", index: 3 })).toBeUndefined();
  expect(recall.take("MapIterationStarted", 4, { name: "Map", index: 2 })?.id).toBe(7);
  expect(recall.take("MapIterationStarted", 4, { name: "Map", index: 2 })).toBeUndefined();
  expect(recall.take("TaskScheduled", 4, undefined)?.id).toBe(5);
});

test("siblings that nothing tells apart come in their order", () => {
  const recall = new Recall([event(5, 4, "PassStateEntered", "A"), event(6, 4, "PassStateEntered", "A")]);
  const take = () => recall.take("PassStateEntered", 4, { name: "A", output: new JsonText("1") })?.id;
  expect([take(), take(), take()]).toEqual([5, 6, undefined]);
});
