import { expect, test } from "vitest";
import { folderWith, runCli } from "../run-cli.js";

test("the stack of a failed item ends in the task, not in what called it", async () => {
  const cwd = folderWith({
    "task.ts":
      'const inner = () => {\n  throw new RangeError("no");\n};\nexport const handler = async () => inner();\n',
  });
  const { stdout } = await runCli(["run", "--task", "task.ts", "--items", "[1]"], { cwd });
  const { error } = JSON.parse(stdout) as { error: { stack: string } };
  const frames = error.stack.split("\n").slice(1);
  expect(frames[0]).toMatch(/inner .*task\.ts:2:/);
  expect(frames.every((frame) => frame.includes("task.ts"))).toBe(true);
});
