import fc from "fast-check";
import { expect, test } from "vitest";
import { ObjectStoreError } from "../../../lib/run/ports.js";
import { decoded, unzstd, unzstdSync } from "../../../lib/run/read/unzstd.js";
import { storedZstd } from "./zstd.js";

/** `{"n":1}` a thousand times, a line each, as the command zstd packs it. */
const PACKED = Buffer.from("KLUv/QRYhQAAQHsibiI6MX0KAQA1v75wAS1BtTo=", "base64");
const LINES = '{"n":1}\n'.repeat(1000);

async function* pieces(bytes: Uint8Array, length: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length);
}

async function gather(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return Buffer.concat(all);
}

test.each([1, 7, 10_000])("unpacks what zstd packed, in pieces of %i bytes", async (length) => {
  expect(String(await gather(unzstd(pieces(PACKED, length))))).toBe(LINES);
  expect(String(await gather(decoded(pieces(PACKED, length))))).toBe(LINES);
});

test("unpacks one piece at once", () => {
  expect(Buffer.from(unzstdSync(PACKED)).toString()).toBe(LINES);
});

test("several frames are one after the other", async () => {
  const frames = Buffer.concat([PACKED, storedZstd(Buffer.from("end"))]);
  expect(String(await gather(decoded(pieces(frames, 5000))))).toBe(`${LINES}end`);
});

test("any bytes come back", async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 3000 }), fc.integer({ min: 1, max: 4000 }), async (bytes, length) => {
      expect(await gather(decoded(pieces(storedZstd(bytes), length)))).toEqual(Buffer.from(bytes));
    }),
    { numRuns: 50 },
  );
});

test.each([
  ["data that is cut off", PACKED.subarray(0, -5)],
  ["data that is cut off in its first bytes", PACKED.subarray(0, 3)],
  ["text", Buffer.from("these are no packed bytes at all")],
])("%s is an error", async (_, bytes) => {
  const failure = await gather(unzstd(pieces(bytes, 1000))).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(ObjectStoreError);
  expect((failure as Error).message).toMatch(/^Not a whole Zstandard file: [^\n]+$/);
});

test("bytes are packed in small parts, so that little comes out at once", async () => {
  const packed = storedZstd(Buffer.alloc(1_000_000, "x"));
  let largest = 0;
  for await (const chunk of decoded(pieces(packed, packed.length))) largest = Math.max(largest, chunk.length);
  expect(largest).toBeLessThanOrEqual(128 * 1024);
});

test("an error of the source stays what it is", async () => {
  const failing = async function* (): AsyncGenerator<Uint8Array> {
    yield PACKED.subarray(0, 10);
    throw new ObjectStoreError("AccessDenied", "no");
  };
  await expect(gather(unzstd(failing()))).rejects.toMatchObject({ code: "AccessDenied" });
});
