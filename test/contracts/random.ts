import { expect } from "vitest";
import type { Random } from "../../lib/run/ports.js";
import { contractTest, type Skips } from "./contract.js";

/** RFC 9562, section 5.4. */
const UUID_4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** What every Random keeps to. */
export function randomContract(make: () => Random, skips: Skips = {}): void {
  const { it, end } = contractTest(skips);

  it("gives numbers from 0 up to but without 1, in every part of that range", async () => {
    const random = make();
    const tenths = new Set<number>();
    for (let round = 0; round < 10_000; round++) {
      const value = random.next();
      expect(value >= 0 && value < 1).toBe(true);
      tenths.add(Math.floor(value * 10));
    }
    expect(tenths.size).toBe(10);
  });

  it("gives version 4 UUIDs, each another one", async () => {
    const random = make();
    const uuids = new Set<string>();
    for (let round = 0; round < 10_000; round++) uuids.add(random.uuid());
    expect(uuids.size).toBe(10_000);
    for (const uuid of uuids) expect(uuid).toMatch(UUID_4);
  });
  end();
}
