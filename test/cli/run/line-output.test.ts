import { Writable } from "node:stream";
import { expect, test, vi } from "vitest";
import { LineOutput } from "../../../lib/cli/run/line-output.js";

/** A stream that takes what it is given only when it is told to. */
function slowStream() {
  const taken: string[] = [];
  const waiting: (() => void)[] = [];
  const stream = new Writable({
    highWaterMark: 8,
    decodeStrings: false,
    write(chunk: string, _encoding, done) {
      taken.push(chunk);
      waiting.push(done);
    },
  });
  const take = () => waiting.shift()?.();
  return { stream, taken, take };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

test("what comes in one go is written at once", async () => {
  const { stream, taken } = slowStream();
  const output = new LineOutput(stream, { onGone: vi.fn() });
  output.write("a\n");
  output.write("b\n");
  expect(taken).toEqual([]);
  await turn();
  expect(taken).toEqual(["a\nb\n"]);
});

test("a full stream holds back until it has room again", async () => {
  const { stream, take } = slowStream();
  const output = new LineOutput(stream, { onGone: vi.fn() });
  expect(output.write("more than eight characters\n")).toBeUndefined();
  await turn();
  const held = output.write("x\n");
  expect(held).toBeInstanceOf(Promise);
  take();
  await held;
});

test("a long text is written before the turn is over", () => {
  const { stream, taken } = slowStream();
  new LineOutput(stream, { onGone: vi.fn() }).write("x".repeat(70_000));
  expect(taken).toHaveLength(1);
});

test("end waits until all is taken", async () => {
  const { stream, taken, take } = slowStream();
  const output = new LineOutput(stream, { onGone: vi.fn() });
  output.write("a\n");
  const ended = output.end().then(() => "ended");
  expect(await Promise.race([ended, turn()])).toBeUndefined();
  take();
  await turn();
  take();
  expect(await ended).toBe("ended");
  expect(taken.join("")).toBe("a\n");
});

test("a reader that has gone is told of once, and frees whoever waits", async () => {
  const { stream } = slowStream();
  const onGone = vi.fn();
  const output = new LineOutput(stream, { onGone });
  output.write("more than eight characters\n");
  await turn();
  const held = output.write("x\n");
  stream.destroy(Object.assign(new Error("write EPIPE"), { code: "EPIPE" }));
  await held;
  await turn();
  expect(output.gone).toBe(true);
  expect(output.write("y\n")).toBeUndefined();
  await output.end();
  expect(onGone).toHaveBeenCalledOnce();
});

test("a full disk is a failure, a reader that has gone is none", async () => {
  for (const [code, failed] of [
    ["ENOSPC", true],
    ["EPIPE", false],
  ] as const) {
    const { stream } = slowStream();
    const output = new LineOutput(stream, { onGone: vi.fn() });
    stream.destroy(Object.assign(new Error(code), { code }));
    await turn();
    expect(output.failure !== undefined).toBe(failed);
  }
});

test("the live line is told to make room before each write", async () => {
  const { stream } = slowStream();
  const beforeWrite = vi.fn();
  const output = new LineOutput(stream, { onGone: vi.fn(), beforeWrite });
  await turn();
  expect(beforeWrite).not.toHaveBeenCalled();
  output.write("a\n");
  await turn();
  expect(beforeWrite).toHaveBeenCalledOnce();
});
