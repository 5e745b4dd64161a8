import { InvalidArgumentError } from "commander";
import type { MockOption } from "../local/mocks.js";

/** Parses `FILE#TESTCASE`. */
export function mockOption(text: string): MockOption {
  const [, file, testCase] = /^(.+)#([^#]+)$/.exec(text) ?? [];
  if (file === undefined || testCase === undefined) throw new InvalidArgumentError("It must be FILE#TESTCASE.");
  return { file, testCase };
}
