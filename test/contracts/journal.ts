import fc from "fast-check";
import { expect } from "vitest";
import { type Burst, burstOf } from "../../lib/run/burst.js";
import type { HistoryEvent, Journal } from "../../lib/run/ports.js";
import { contractTest, type Skips } from "./contract.js";

const event: fc.Arbitrary<HistoryEvent> = fc.record(
  {
    id: fc.integer({ min: 1, max: 25_000 }),
    previousEventId: fc.integer({ min: 0, max: 25_000 }),
    timestamp: fc.integer({ min: 0, max: 4e12 }).map((time) => time / 4),
    type: fc.constantFrom("ExecutionStarted", "PassStateEntered", "PassStateExited", "ExecutionSucceeded"),
  },
  { noNullPrototype: true },
);
const detailed: fc.Arbitrary<HistoryEvent> = fc
  .tuple(event, fc.string())
  .map(([plain, name]) => Object.assign({}, plain, { details: ["stateEnteredEventDetails", { name }] as const }));

const started = { id: 1, previousEventId: 0, timestamp: 0, type: "ExecutionStarted" };

/** What every Journal that keeps histories keeps to. */
export function journalContract(make: () => Promise<Journal>, skips: Skips = {}): void {
  const { it, end } = contractTest(skips);

  it("has no events of an execution that it has not heard of", async () => {
    const journal = await make();
    expect([...journal.history("arn:unknown")]).toEqual([]);
    await journal.close();
  });

  it("gives back the events of each execution, in order and as they were", async () => {
    const entries = fc.array(fc.tuple(fc.constantFrom("arn:a", "arn:b", "arn:c"), fc.oneof(event, detailed)));
    await fc.assert(
      fc.asyncProperty(entries, async (recorded) => {
        const journal = await make();
        for (const [arn, entry] of recorded) journal.record({ arn }, entry);
        for (const arn of ["arn:a", "arn:b", "arn:c"]) {
          const own = recorded.filter(([of]) => of === arn).map(([, entry]) => entry);
          expect([...journal.history(arn)]).toStrictEqual(own);
        }
        await journal.close();
      }),
      { numRuns: 50 },
    );
  });

  it("gives back the events of bursts among others, where it takes bursts", async () => {
    const begin = burstOf(
      [{ ...started, details: ["executionStartedEventDetails", { input: "M", output: "[M, N]", n: 1 }] }],
      ["M", "N"],
    );
    const end = burstOf([{ ...started, id: 2, previousEventId: 1, type: "ExecutionSucceeded" }], ["M"]);
    const journal = await make();
    for (let of = 0; of < 3000 && journal.recordBurst !== undefined; of++) {
      journal.recordBurst({ arn: `arn:${of}` }, begin as Burst, [`"ü${of}"`, of % 2 === 0 ? "N" : `"ü${of}"`], of);
      journal.record({ arn: "arn:other" }, { ...started, id: of + 1 });
      journal.recordBurst({ arn: `arn:${of}` }, end as Burst, [], of + 0.5);
    }
    const own = [...journal.history("arn:2345")];
    await journal.close();
    if (journal.recordBurst === undefined) return;
    expect(own).toStrictEqual([
      {
        ...started,
        timestamp: 2345,
        details: ["executionStartedEventDetails", { input: '"ü2345"', output: '["ü2345", "ü2345"]', n: 1 }],
      },
      { ...started, timestamp: 2345.5, id: 2, previousEventId: 1, type: "ExecutionSucceeded" },
    ]);
  });

  it("keeps thousands of events of interleaved executions, and can be read between writes", async () => {
    const journal = await make();
    const record = (id: number, of: number) =>
      journal.record({ arn: `arn:${of}` }, { id, previousEventId: id - 1, timestamp: id, type: `Type${id % 50}` });
    for (let id = 1; id <= 1000; id++) for (let of = 0; of < 5; of++) record(id, of);
    expect([...journal.history("arn:3")].map(({ id }) => id)).toEqual(Array.from({ length: 1000 }, (_, at) => at + 1));
    record(1001, 3);
    expect([...journal.history("arn:3")].at(-1)).toMatchObject({ id: 1001, type: "Type1" });
    await journal.close();
  });
  end();
}
