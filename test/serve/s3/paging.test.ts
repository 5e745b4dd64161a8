import fc from "fast-check";
import { expect, test } from "vitest";
import { compareKeys } from "../../../lib/adapters/store/key-order.js";
import { keyAfter, keyBeyond } from "../../../lib/serve/s3/paging.js";

const text = fc.string({
  unit: fc.oneof(
    fc.constantFrom("/", "\ud7ff", "\ue000", "\uffff", "\u{10ffff}"),
    fc.string({ unit: "binary", minLength: 1, maxLength: 1 }),
  ),
  maxLength: 6,
});

test("all that begins with a prefix is before the first key beyond it, and nothing else is between", () => {
  fc.assert(
    fc.property(
      text.filter((prefix) => prefix !== ""),
      text,
      text,
      (prefix, rest, other) => {
        const beyond = keyBeyond(prefix);
        expect(beyond === undefined).toBe([...prefix].every((character) => character === "\u{10ffff}"));
        if (beyond === undefined) return;
        expect(compareKeys(prefix + rest, beyond)).toBeLessThan(0);
        const isBetween = compareKeys(other, prefix) >= 0 && compareKeys(other, beyond) < 0;
        expect(isBetween).toBe(other.startsWith(prefix));
      },
    ),
  );
});

test("no key is between a key and the first after it", () => {
  fc.assert(
    fc.property(text, text, (key, other) => {
      expect(compareKeys(other, key) > 0).toBe(compareKeys(other, keyAfter(key)) >= 0);
    }),
  );
});
