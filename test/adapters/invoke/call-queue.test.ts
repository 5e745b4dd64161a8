import fc from "fast-check";
import { expect, it } from "vitest";
import { CallQueue } from "../../../lib/adapters/invoke/call-queue.js";
import type { Invocation } from "../../../lib/run/ports.js";

type Step = { do: "push" | "unshift" | "drain"; count: number } | { do: "shift"; count: number };

it("behaves like an array, whatever is done to it", () => {
  const name = fc.constantFrom<Step["do"]>("push", "push", "shift", "shift", "unshift", "drain");
  const steps = fc.array(fc.record({ do: name, count: fc.integer({ min: 0, max: 3000 }) }), { maxLength: 25 });
  fc.assert(
    fc.property(steps, (script) => {
      const queue = new CallQueue();
      let model: Invocation[] = [];
      let next = 0;
      const make = (count: number) =>
        Array.from({ length: count }, () => ({ functionName: "f", payload: `${next++}` }));
      for (const step of script) {
        if (step.do === "drain") {
          expect(queue.drain()).toEqual(model);
          model = [];
        } else if (step.do === "unshift") {
          const calls = make(step.count);
          queue.unshift(calls);
          model = [...calls, ...model];
        } else if (step.do === "push") {
          for (const call of make(step.count)) {
            queue.push(call);
            model.push(call);
          }
        } else {
          const taken = Array.from({ length: step.count }, () => queue.shift());
          const expected = model.splice(0, step.count);
          expect(taken).toEqual([...expected, ...Array(step.count - expected.length).fill(undefined)]);
        }
        expect(queue.length).toBe(model.length);
      }
    }),
    { numRuns: 60 },
  );
});
