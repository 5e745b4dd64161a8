import fc from "fast-check";
import { expect, test } from "vitest";
import { CallText } from "../../../lib/adapters/invoke/call-text.js";
import type { LocalInvocation } from "../../../lib/adapters/invoke/options.js";
import { encodeCall } from "../../../lib/adapters/invoke/protocol.js";

/** What a call looks like that is a line of a text; a mark or a blank line makes it less plain. */
const line = fc.oneof(
  fc.jsonValue().map((value) => JSON.stringify(value)),
  fc.constantFrom("@", "@x\t\t\t1", "no JSON"),
);

/** Calls of the lines of some texts, with gaps between lines, some left out, some out of order, some from elsewhere. */
const calls = fc
  .array(fc.array(fc.tuple(line, fc.constantFrom("\n", "\n", "\r\n", "\n \n")), { maxLength: 8 }), { maxLength: 4 })
  .chain((texts) => {
    const all: LocalInvocation[] = texts.flatMap((parts) => {
      let text = "";
      const starts: number[] = [];
      for (const [item, gap] of parts) {
        starts.push(text.length);
        text += item + gap;
      }
      const lines = { text, starts };
      return parts.map(([payload], at) => ({ functionName: "f", payload, lines, line: at }));
    });
    const others: LocalInvocation[] = [
      { functionName: "f", payload: '{"a":\n1}' },
      { functionName: "f", payload: "1", requestId: "2f0bfb3a-0000-4000-8000-000000000000" },
    ];
    return fc.oneof(fc.constant(all), fc.shuffledSubarray([...all, ...others]));
  });

test("a message has the line of every call, taken one by one or in pieces", () => {
  fc.assert(
    fc.property(calls, (some) => {
      const text = new CallText();
      const taken = some.filter((call) => text.add(call));
      const lines = some.map(encodeCall);
      expect(taken).toEqual(some.filter((_, at) => lines[at] !== undefined));
      const expected = lines.filter((each) => each !== undefined);
      expect(text.length).toBe(expected.join("").length);
      expect(text.end()).toBe(expected.join("\n"));
    }),
  );
});
