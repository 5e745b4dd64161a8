import fc from "fast-check";
import { expect, test } from "vitest";
import { burstOf, eventsOf } from "../../lib/run/burst.js";
import type { HistoryEvent } from "../../lib/run/ports.js";

const MARKS = ['"mark"', "number two"];

/** A text with others in it: each piece is itself, or the number of one of the others. */
const pieces = fc.array(fc.oneof(fc.constantFrom('{"x":', ",", "}", '\\"', "ü"), fc.nat({ max: 1 })), { maxLength: 5 });

/** The members of the details of an event. */
const details = fc.dictionary(
  fc.constantFrom("a", "b", "c", "input", "output"),
  fc.oneof(
    fc.constantFrom<unknown>(1, true, null, "x", { truncated: false }),
    pieces.map((parts) => ({ parts })),
  ),
  { noNullPrototype: true },
);

const filled = (value: unknown, texts: readonly string[]) =>
  typeof value === "object" && value !== null && "parts" in value
    ? (value.parts as (string | number)[]).map((part) => (typeof part === "string" ? part : texts[part])).join("")
    : value;

const eventsWith = (all: readonly object[], texts: readonly string[], timestamp: number) =>
  all.map((each, at): HistoryEvent => {
    const event = { id: at + 3, previousEventId: at + 2, timestamp, type: `Type${at}` };
    const members = Object.entries(each).map(([name, value]) => [name, filled(value, texts)]);
    return at % 4 === 3 ? event : { ...event, details: ["someDetails", Object.fromEntries(members)] };
  });

test("a burst stands for the same events with other texts, and outlives being JSON", () => {
  fc.assert(
    fc.property(
      fc.array(details, { maxLength: 9 }),
      fc.tuple(fc.string(), fc.string()),
      fc.nat(),
      (all, texts, timestamp) => {
        const burst = burstOf(eventsWith(all, MARKS, 0), MARKS);
        expect(burst).not.toBeNull();
        const copy = JSON.parse(JSON.stringify(burst)) as typeof burst;
        const events = copy && eventsOf(copy, texts.slice(0, copy.texts), timestamp);
        expect(events).toStrictEqual(eventsWith(all, texts, timestamp));
        expect(JSON.stringify(events)).toBe(JSON.stringify(eventsWith(all, texts, timestamp)));
      },
    ),
  );
});

test.each<[string, object]>([
  ["deeper down", { input: { x: MARKS[0] } }],
  ["in a list", { input: [`of ${MARKS[1]}`] }],
  ["as the name of a member", { [MARKS[1] as string]: 1 }],
  ["beside what is no JSON", { input: MARKS[0], x: undefined }],
  ["beside what has no JSON in it", { input: MARKS[0], x: { y: undefined } }],
])("no burst: a text is there %s", (_, value) => {
  expect(burstOf([{ id: 1, previousEventId: 0, timestamp: 0, type: "T", details: ["d", value] }], MARKS)).toBeNull();
});
