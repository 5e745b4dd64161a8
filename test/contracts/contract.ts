import { test } from "vitest";

/** Tests of a contract that an adapter cannot keep: name of the test -> why. */
export type Skips = Readonly<Record<string, string>>;

/**
 * A `test` for one adapter, which marks as skipped what the adapter has a reason to skip. A reason without a test of that
 * name fails, so that the list stays true.
 */
export function contractTest(skips: Skips): { it: (name: string, body: () => Promise<void>) => void; end: () => void } {
  const unused = new Set(Object.keys(skips));
  return {
    it(name, body) {
      unused.delete(name);
      const reason = skips[name];
      if (reason === undefined) test(name, body);
      else test.skip(`${name} (${reason})`, body);
    },
    end() {
      if (unused.size > 0) throw new Error(`no such tests to skip: ${[...unused].join(", ")}`);
    },
  };
}
