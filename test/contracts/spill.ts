import fc from "fast-check";
import { expect } from "vitest";
import { type Spill, SpillError } from "../../lib/run/ports.js";
import { contractTest, type Skips } from "./contract.js";

/** What every Spill keeps to. */
export function spillContract(make: () => Spill, skips: Skips = {}): void {
  const { it, end } = contractTest(skips);

  it("gives back what was added, from any position", () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.uint8Array({ maxLength: 3000 }), { maxLength: 8 }),
        fc.nat(),
        fc.nat(),
        async (chunks, from, size) => {
          const file = await make().open();
          const whole = Buffer.concat(chunks);
          let expected = 0;
          for (const chunk of chunks) {
            expect(await file.append(chunk)).toBe(expected);
            expect(Buffer.from(await file.read(expected, chunk.length)).equals(chunk)).toBe(true);
            expected += chunk.length;
          }
          const begin = from % (whole.length + 1);
          const length = size % (whole.length - begin + 1);
          const part = await file.read(begin, length);
          expect(Buffer.from(part).equals(whole.subarray(begin, begin + length))).toBe(true);
          await file.close();
        },
      ),
      { numRuns: 25 },
    ));

  it("a file knows nothing of another", async () => {
    const spill = make();
    const [one, other] = [await spill.open(), await spill.open()];
    await one.append(Buffer.from("one"));
    expect(await other.append(Buffer.from("other"))).toBe(0);
    expect(Buffer.from(await one.read(0, 3)).toString()).toBe("one");
    await one.close();
    expect(Buffer.from(await other.read(0, 5)).toString()).toBe("other");
    await other.close();
  });

  it("reading what was never added is an error", async () => {
    const file = await make().open();
    await file.append(Buffer.from("abc"));
    await expect(file.read(1, 3)).rejects.toThrow(SpillError);
    await file.close();
  });

  it("a file that is closed can be closed again, and takes and gives nothing", async () => {
    const file = await make().open();
    await file.append(Buffer.from("abc"));
    await file.close();
    await file.close();
    await expect(file.append(Buffer.from("d"))).rejects.toThrow(SpillError);
    await expect(file.read(0, 1)).rejects.toThrow(SpillError);
  });
  end();
}
