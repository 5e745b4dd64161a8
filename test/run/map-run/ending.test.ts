import fc from "fast-check";
import { expect, test } from "vitest";
import { Ending } from "../../../lib/run/map-run/ending.js";
import { TOLERANCE_EXCEEDED, writerVerdict } from "../../../lib/run/map-run/verdict.js";

const UNWRITABLE = writerVerdict(new Error("no"));

const DEEDS: Readonly<Record<string, (ending: Ending) => unknown>> = {
  fail: (ending) => ending.fail(TOLERANCE_EXCEEDED),
  failWriting: (ending) => ending.fail(UNWRITABLE),
  giveUpWriting: (ending) => ending.giveUpWriting(),
  stop: (ending) => ending.stop(),
  abort: (ending) => ending.abort(),
};

test("a run that nothing happens to starts children until it has succeeded", () => {
  const ending = new Ending();
  expect(ending).toMatchObject({ status: "RUNNING", starting: true, gathering: true, leavesRest: false });
  expect(ending.close()).toBe(true);
  expect(ending.status).toBe("SUCCEEDED");
});

test("the first verdict stands", () => {
  const ending = new Ending();
  expect(ending.fail(TOLERANCE_EXCEEDED)).toBe(true);
  expect(ending.fail(UNWRITABLE)).toBe(false);
  expect(ending).toMatchObject({ verdict: TOLERANCE_EXCEEDED, starting: false, leavesRest: true });
  expect(ending.close()).toBe(true);
  expect(ending.status).toBe("FAILED");
});

test("a run that was stopped ends as aborted, and nobody misses what it did not start", () => {
  const ending = new Ending();
  ending.stop();
  expect(ending).toMatchObject({ status: "RUNNING", starting: false, gathering: false, leavesRest: false });
  expect(ending.close()).toBe(true);
  expect(ending.status).toBe("ABORTED");
});

test("a verdict outweighs a stop", () => {
  const ending = new Ending();
  ending.stop();
  ending.fail(UNWRITABLE);
  ending.close();
  expect(ending.status).toBe("FAILED");
});

test("of a run that was aborted nobody is told how it ends, whatever happens to it as well", () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...Object.keys(DEEDS))), fc.nat(), (deeds, at) => {
      const ending = new Ending();
      for (const deed of deeds.toSpliced(at % (deeds.length + 1), 0, "abort")) DEEDS[deed]?.(ending);
      expect(ending.close()).toBe(false);
      expect(ending.status).toBe("ABORTED");
    }),
  );
});

test("what starts no more never starts again, and of two closings the first alone counts", () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...Object.keys(DEEDS))), (deeds) => {
      const ending = new Ending();
      let { starting, gathering } = ending;
      for (const deed of deeds) {
        DEEDS[deed]?.(ending);
        expect(ending.starting && !starting).toBe(false);
        expect(ending.gathering && !gathering).toBe(false);
        ({ starting, gathering } = ending);
      }
      ending.close();
      const { status } = ending;
      expect(status).not.toBe("RUNNING");
      expect(ending.close()).toBe(false);
      expect(ending.status).toBe(status);
    }),
  );
});
