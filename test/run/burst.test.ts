import fc from "fast-check";
import { expect, test } from "vitest";
import { burstOf, eventsOf } from "../../lib/run/burst.js";
import type { HistoryEvent } from "../../lib/run/ports.js";

const MARK = '"mark"';

/** Details with the text as one of their members, or without it. */
const details = fc
  .tuple(
    fc.dictionary(fc.constantFrom("a", "b", "c"), fc.constantFrom<unknown>(1, true, null, "x", { truncated: false }), {
      noNullPrototype: true,
    }),
    fc.option(fc.constantFrom("input", "output"), { nil: undefined }),
  )
  .map(([rest, member]) => ({ rest, member }));

const withText = ({ rest, member }: { rest: object; member: string | undefined }, text: string) =>
  member === undefined ? rest : { ...rest, [member]: text };

const eventsWith = (all: readonly { rest: object; member: string | undefined }[], text: string, timestamp: number) =>
  all.map((each, at): HistoryEvent => {
    const event = { id: at + 3, previousEventId: at + 2, timestamp, type: `Type${at}` };
    return at % 4 === 3 ? event : { ...event, details: ["someDetails", withText(each, text)] };
  });

test("a burst stands for the same events with another text, and outlives being JSON", () => {
  fc.assert(
    fc.property(fc.array(details, { maxLength: 9 }), fc.string(), fc.nat(), (all, text, timestamp) => {
      const burst = burstOf(eventsWith(all, MARK, 0), MARK);
      expect(burst).not.toBeNull();
      const copy = JSON.parse(JSON.stringify(burst)) as typeof burst;
      expect(copy && eventsOf(copy, text, timestamp)).toStrictEqual(eventsWith(all, text, timestamp));
    }),
  );
});

test.each<[string, object]>([
  ["inside another text", { input: `{"x":${MARK}}` }],
  ["deeper down", { input: { x: MARK } }],
  ["twice", { input: MARK, output: MARK }],
  ["beside what is no JSON", { input: MARK, x: undefined }],
  ["beside what has no JSON in it", { input: MARK, x: { y: undefined } }],
])("no burst: the text is there %s", (_, value) => {
  expect(burstOf([{ id: 1, previousEventId: 0, timestamp: 0, type: "T", details: ["d", value] }], MARK)).toBeNull();
});
