import fc from "fast-check";
import { expect, test } from "vitest";
import { HeldJournal } from "../../../lib/local/record/held-journal.js";
import type { Burst } from "../../../lib/run/burst.js";
import type { ChildRecord } from "../../../lib/run/items.js";

test("all that is recorded is told in its order, and nothing of it between hold and release", () => {
  const told: string[] = [];
  const journal = new HeldJournal({
    record: (_, { type }) => void told.push(type),
    recordBurst: (_execution, _burst, texts) => void told.push(...texts),
    mapRunStarted: ({ mapRunId }) => void told.push(mapRunId),
    childEnded: (mapRunId) => void told.push(mapRunId),
  });
  const some = (name: string) => ({ arn: name }) as { arn: string } & ChildRecord & Burst;
  const write = {
    record: (name: string) => journal.record(some(name), { id: 1, previousEventId: 0, timestamp: 0, type: name }),
    recordBurst: (name: string) => journal.recordBurst(some(name), some(name), [name], 0),
    mapRunStarted: (mapRunId: string) => {
      journal.mapRunStarted({ mapRunId, arn: "", stateName: "", startDate: 0, batched: false, owned: true });
    },
    childEnded: (mapRunId: string) => journal.childEnded(mapRunId, some(mapRunId)),
  } as const;
  const step = fc.constantFrom("hold", "release", ...(Object.keys(write) as (keyof typeof write)[]));
  const steps = fc.property(fc.array(step), (taken) => {
    told.length = 0;
    const all: string[] = [];
    let held: number | undefined;
    for (const what of taken) {
      if (what === "hold") {
        journal.hold();
        held ??= all.length;
      } else if (what === "release") {
        journal.release();
        held = undefined;
      } else {
        all.push(`${what} ${all.length}`);
        write[what](all.at(-1) as string);
      }
      expect(told).toEqual(all.slice(0, held));
    }
    journal.release();
    expect(told).toEqual(all);
  });
  fc.assert(steps);
});
