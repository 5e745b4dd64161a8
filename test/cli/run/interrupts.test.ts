import { afterEach, expect, test, vi } from "vitest";
import { Interrupts } from "../../../lib/cli/run/interrupts.js";

afterEach(() => {
  vi.restoreAllMocks();
});

function interrupts() {
  const exit = vi.spyOn(process, "exit").mockImplementation(() => undefined as never);
  const clock = { now: 1000 };
  const handlers = { stop: vi.fn(), drop: vi.fn() };
  const listening = new Interrupts(handlers, () => clock.now);
  listening.listen();
  const send = (signal: NodeJS.Signals) => process.emit(signal, signal);
  return { exit, clock, handlers, listening, send };
}

test("the first signal asks to stop, a later one ends the process", () => {
  const { exit, clock, handlers, listening, send } = interrupts();
  send("SIGINT");
  expect(handlers.stop).toHaveBeenCalledOnce();
  expect(listening.code).toBe(130);
  expect(exit).not.toHaveBeenCalled();
  clock.now += 1000;
  send("SIGINT");
  expect(handlers.drop).toHaveBeenCalledOnce();
  expect(exit).toHaveBeenCalledWith(130);
  listening.ignore();
});

test("the same signal passed on by npm is no second one", () => {
  const { exit, clock, handlers, listening, send } = interrupts();
  send("SIGINT");
  clock.now += 50;
  send("SIGINT");
  expect(handlers.stop).toHaveBeenCalledOnce();
  expect(exit).not.toHaveBeenCalled();
  listening.ignore();
});

test("SIGTERM stops as well, with its own code", () => {
  const { listening, send } = interrupts();
  send("SIGTERM");
  expect(listening.code).toBe(143);
  listening.ignore();
});
