import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { ExternalSort, type SortOptions } from "../../lib/results/external-sort.js";
import type { Entry } from "../../lib/results/run-file.js";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "fanout-test-"));
  vi.stubEnv("TMPDIR", folder);
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

async function sorted(entries: readonly Entry[], options: SortOptions): Promise<Entry[]> {
  const sort = new ExternalSort(options);
  try {
    for (const [key, text] of entries) await sort.add(key, text);
    const found: Entry[] = [];
    for await (const entry of sort.sorted()) found.push(entry);
    return found;
  } finally {
    await sort.close();
  }
}

const key = fc.string({ unit: fc.constantFrom("a", "b", "0", "-", "é"), maxLength: 3 });
const text = fc.string({ unit: fc.constantFrom("x", "\t", "😀", '"'), maxLength: 5 });

test("entries come by their keys, equal ones as they were added, whatever is spilled", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(key, text), { maxLength: 60 }),
      fc.constantFrom(1, 300, 2000, undefined),
      fc.constantFrom(2, 3, undefined),
      async (entries, limit, maxRuns) => {
        const wanted = entries.toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
        expect(await sorted(entries, { limit, maxRuns })).toEqual(wanted);
      },
    ),
    { numRuns: 60 },
  );
});

test("lines longer than a read come whole", async () => {
  const long = "é".repeat(100_000);
  const entries: Entry[] = [
    ["b", long],
    ["a", `${long}a`],
  ];
  expect(await sorted(entries, { limit: 1 })).toEqual([entries[1], entries[0]]);
});

describe("temporary files", () => {
  test("are there only while they are needed, also when the reading is given up", async () => {
    const sort = new ExternalSort({ limit: 1 });
    for (const name of ["b", "a", "c"]) await sort.add(name, "text");
    expect(readdirSync(folder)).toHaveLength(1);
    for await (const [first] of sort.sorted()) {
      expect(first).toBe("a");
      break;
    }
    await sort.close();
    expect(readdirSync(folder)).toEqual([]);
  });

  test("are not made for what fits in memory", async () => {
    const sort = new ExternalSort();
    await sort.add("a", "text");
    expect(readdirSync(folder)).toEqual([]);
    await sort.close();
  });

  test("are removed when the process ends", async () => {
    const sort = new ExternalSort({ limit: 1 });
    await sort.add("a", "text");
    const [listener] = process.listeners("exit").slice(-1);
    expect(readdirSync(folder)).toHaveLength(1);
    listener?.(0);
    expect(readdirSync(folder)).toEqual([]);
    await sort.close();
  });

  test("that cannot be written are one line", async () => {
    vi.stubEnv("TMPDIR", join(folder, "nowhere"));
    const sort = new ExternalSort({ limit: 1 });
    await expect(sort.add("a", "text")).rejects.toMatchObject({
      code: "FANOUT_OUTPUT_UNWRITABLE",
      message: expect.stringMatching(/temporary files cannot be written: .*TMPDIR/),
    });
    await sort.close();
    expect(existsSync(join(folder, "nowhere"))).toBe(false);
  });
});
