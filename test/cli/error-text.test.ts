import { expect, test } from "vitest";
import { errorText } from "../../lib/cli/error-text.js";
import { FanoutError } from "../../lib/errors.js";

const here = "/home/me/project";

test("an error is one line with its place and code, its path as seen from here", () => {
  const error = new FanoutError("FANOUT_ITEMS_INVALID", "broken", { location: { file: `${here}/a.json`, line: 3 } });
  expect(errorText(error, false, here)).toBe("fanout: a.json:3: broken [FANOUT_ITEMS_INVALID]");
});

test("the code stands in the first line of several findings", () => {
  const error = new FanoutError("FANOUT_OPTION_INVALID", "first\nsecond");
  expect(errorText(error, false, here)).toBe("fanout: first [FANOUT_OPTION_INVALID]\nsecond");
});

test("verbose adds the frames and the cause, but not the message again", () => {
  const error = new FanoutError("FANOUT_SYNTH_FAILED", "no\n    at a frame that is part of the message", {
    cause: new TypeError("why"),
  });
  const text = errorText(error, true, here);
  expect(text.match(/part of the message/g)).toHaveLength(1);
  expect(text).toMatch(/\n {4}at .*error-text\.test\.ts/);
  expect(text).toContain("caused by TypeError: why");
});

test("anything else is called a bug, with its stack", () => {
  const text = errorText(new TypeError("x is not a function"), false, here);
  const [first, second] = text.split("\n");
  expect(first).toMatch(/^fanout: TypeError: x is not a function \(this is a bug in fanout/);
  expect(second).toMatch(/^ {4}at /);
});

test("what is thrown need not be an error", () => {
  expect(errorText("a string", false, here)).toMatch(/^fanout: a string \(this is a bug in fanout[^\n]*$/);
});
