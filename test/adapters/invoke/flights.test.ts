import { describe, expect, test } from "vitest";
import { Flights } from "../../../lib/adapters/invoke/flights.js";
import type { LocalInvocation } from "../../../lib/adapters/invoke/options.js";
import { SharedMemory } from "../../../lib/adapters/invoke/shared-memory.js";

/** Flights, and the thread's side of their memory. */
function flightsOf(functionTimeoutMs = Number.POSITIVE_INFINITY) {
  const memory = new SharedMemory();
  return { flights: new Flights(memory, functionTimeoutMs), thread: new SharedMemory(memory.buffer) };
}

function call(name: string, timeoutMs?: number): LocalInvocation {
  return { functionName: "f", payload: "{}", requestId: name, timeoutMs };
}

const names = (calls: readonly LocalInvocation[]) => calls.map(({ requestId }) => requestId);

test("calls that have begun are not taken back, and none of the others is lost", () => {
  const { flights, thread } = flightsOf();
  const first = flights.add([call("a"), call("b"), call("c")]);
  flights.add([call("d")]);
  thread.claim(first, 1);
  expect(names(flights.reclaim(Number.POSITIVE_INFINITY))).toEqual(["b", "c", "d"]);
  expect(names(flights.unanswered())).toEqual(["a"]);
  expect(flights.pending).toBe(1);
  expect(thread.claim(first, 2)).toBeGreaterThan(3);
});

test("messages that were sent later than asked for are left alone", () => {
  const { flights } = flightsOf();
  flights.add([call("a")]);
  expect(flights.reclaim(Number.NEGATIVE_INFINITY)).toEqual([]);
  expect(flights.pending).toBe(1);
});

test("outcomes belong to the calls in their order, and a call whose caller has been answered is nobody's", () => {
  const { flights } = flightsOf();
  flights.add([call("a"), call("b")]);
  flights.head?.release(1);
  expect(flights.head?.report()?.requestId).toBe("a");
  expect(flights.find("a")).toBeUndefined();
  expect(flights.head?.report()).toBeUndefined();
  expect(flights.pending).toBe(0);
  flights.shift();
  expect(flights.length).toBe(0);
});

test("the running call is the one that was begun last, until it is reported", () => {
  const { flights, thread } = flightsOf();
  const cell = flights.add([call("a"), call("b")]);
  expect(flights.running()).toBeUndefined();
  thread.claim(cell, 100);
  expect(flights.running()).toMatchObject({ index: 0, begunAt: 100, call: { requestId: "a" } });
  thread.claim(cell, 200);
  flights.head?.report();
  expect(flights.running()).toMatchObject({ index: 1, begunAt: 200, call: { requestId: "b" } });
  flights.head?.report();
  expect(flights.running()).toBeUndefined();
});

describe("the next deadline", () => {
  test("is never, when no call expires", () => {
    const { flights, thread } = flightsOf();
    thread.claim(flights.add([call("a"), call("b")]), 100);
    expect(flights.nextDeadline(150)).toBe(Number.POSITIVE_INFINITY);
  });

  test("of a running call counts from when it began, of one that waits from now", () => {
    const { flights, thread } = flightsOf();
    const cell = flights.add([call("a", 1000), call("b", 950)]);
    expect(flights.nextDeadline(0)).toBe(950);
    thread.claim(cell, 100);
    expect(flights.nextDeadline(110)).toBe(1060);
    expect(flights.nextDeadline(500)).toBe(1100);
  });

  test("is that of the function, when the caller would wait longer", () => {
    const { flights, thread } = flightsOf(300);
    thread.claim(flights.add([call("a", 1000)]), 100);
    expect(flights.nextDeadline(150)).toBe(400);
  });
});
