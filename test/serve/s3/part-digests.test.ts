import { createHash } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { PartDigests } from "../../../lib/serve/s3/part-digests.js";

const MIB = 1024 * 1024;
const md5 = (bytes: Uint8Array) => createHash("md5").update(bytes).digest();

test("parts have 8 MiB, however the bytes come", () => {
  const content = Buffer.alloc(19 * MIB, "0123456789abcde\n");
  const parts = [content.subarray(0, 8 * MIB), content.subarray(8 * MIB, 16 * MIB), content.subarray(16 * MIB)];
  const etag = `${md5(Buffer.concat(parts.map(md5))).toString("hex")}-3`;
  const cuts = fc.array(fc.oneof(fc.nat(19 * MIB), fc.constantFrom(8 * MIB, 16 * MIB)), { maxLength: 5 });
  fc.assert(
    fc.property(cuts, (unordered) => {
      const digests = new PartDigests();
      const ends = [...unordered.sort((a, b) => a - b), content.length];
      for (const [index, end] of ends.entries()) digests.update(content.subarray(ends[index - 1] ?? 0, end));
      expect(digests.end()).toEqual({ etag, parts: parts.map(({ length }) => ({ size: length })) });
    }),
    { numRuns: 5 },
  );
});

test("no bytes, and as many as a part has, are one part", () => {
  for (const size of [0, 8 * MIB]) {
    const digests = new PartDigests();
    const bytes = Buffer.alloc(size);
    digests.update(bytes);
    expect(digests.end()).toEqual({ etag: `${md5(md5(bytes)).toString("hex")}-1`, parts: [{ size }] });
  }
});
