import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeChunked } from "../../../lib/serve/s3/chunked.js";

const pieces = fc.array(fc.uint8Array({ minLength: 1, maxLength: 40 }), { maxLength: 6 });

test("any content comes out as it went in, however the bytes arrive", async () => {
  await fc.assert(
    fc.asyncProperty(pieces, fc.integer({ min: 1, max: 30 }), fc.boolean(), async (content, step, signed) => {
      const extension = signed ? `;chunk-signature=${"f".repeat(64)}` : "";
      const framed = Buffer.concat([
        ...content.flatMap((piece) => [
          Buffer.from(`${piece.length.toString(16)}${extension}\r\n`),
          piece,
          Buffer.from("\r\n"),
        ]),
        Buffer.from(`0${extension}\r\nX-Amz-Checksum-Crc32: AAAAAA==\r\n\r\n`),
      ]);
      const trailers = new Map<string, string>();
      const out: Uint8Array[] = [];
      for await (const piece of decodeChunked(arriving(framed, step), trailers)) out.push(piece);
      expect(Buffer.concat(out).equals(Buffer.concat(content))).toBe(true);
      expect([...trailers]).toEqual([["x-amz-checksum-crc32", "AAAAAA=="]]);
    }),
  );
});

test("any other bytes are refused or taken, and it ends", async () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 60 }),
    fc.string({ unit: fc.constantFrom("0", "1", "a", "\r", "\n", ";", ":", "x") }).map((text) => Buffer.from(text)),
  );
  await fc.assert(
    fc.asyncProperty(bytes, async (framed) => {
      let size = 0;
      try {
        for await (const piece of decodeChunked(arriving(framed, 7), new Map())) size += piece.length;
      } catch (error) {
        expect(error).toMatchObject({ name: "S3Error" });
      }
      expect(size).toBeLessThanOrEqual(framed.length);
    }),
    { numRuns: 500 },
  );
});

test("the source is let go of when the content is refused", async () => {
  let released = false;
  async function* source() {
    try {
      for (;;) yield Buffer.from("nonsense\r\n");
    } finally {
      released = true;
    }
  }
  await expect(decodeChunked(source(), new Map()).next()).rejects.toMatchObject({ code: "IncompleteBody" });
  expect(released).toBe(true);
});

async function* arriving(bytes: Uint8Array, step: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += step) yield bytes.subarray(at, at + step);
}
