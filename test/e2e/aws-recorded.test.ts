import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { fileURLToPath, pathToFileURL } from "node:url";
import { describe, expect, test } from "vitest";
import { RecordedEngine } from "../support/recorded-engine.js";

/** Recordings of real executions, kept beside the repository: they are not the project's to publish. */
const folder = fileURLToPath(new URL("../../../shared/aws-recorded/", import.meta.url));

interface IndexEntry {
  readonly file: string;
  readonly id: string;
  readonly kind: string;
  readonly core: boolean;
  readonly validated?: boolean;
}

interface Difference {
  readonly path: string;
  readonly expected: unknown;
  readonly actual: unknown;
  readonly why: string;
}

interface Compared {
  readonly equal: boolean;
  readonly keys: Readonly<Record<string, { readonly equal: boolean; readonly diffs: readonly Difference[] }>>;
}

interface RecordedCase {
  readonly expected: Readonly<Record<string, unknown>>;
}

/** Cases that are known to fail: id -> why. The list may only shrink: a case on it that passes fails the test. */
const known = JSON.parse(await readFile(new URL("./aws-recorded-expected.json", import.meta.url), "utf8")) as Readonly<
  Record<string, string>
>;

if (existsSync(folder)) {
  const driver = await import(pathToFileURL(`${folder}driver.mjs`).href);
  const { compareCase } = await import(pathToFileURL(`${folder}compare.mjs`).href);
  const index = JSON.parse(await readFile(`${folder}index.json`, "utf8")) as { cases: readonly IndexEntry[] };
  const chosen = index.cases.filter(
    ({ core, kind, validated }) => core && validated !== false && (kind === "execution" || kind === "sync"),
  );

  const differenceOf = async (entry: IndexEntry): Promise<string | undefined> => {
    const recorded = JSON.parse(await readFile(folder + entry.file, "utf8")) as RecordedCase;
    try {
      const { actuals, tokens } = await driver.runCase(recorded, new RecordedEngine(folder));
      const expected = Object.fromEntries(Object.entries(recorded.expected).filter(([key]) => key in actuals));
      const compared = compareCase({ ...recorded, expected }, actuals, { tokens }) as Compared;
      return compared.equal ? undefined : explain(compared);
    } catch (error) {
      return String(error);
    }
  };

  describe("executions recorded on AWS", () => {
    for (const entry of chosen) {
      const reason = known[entry.id];
      if (reason === undefined) {
        test(entry.id, async () => {
          const difference = await differenceOf(entry);
          expect(difference, difference).toBeUndefined();
        });
      } else {
        test(`${entry.id} still fails: ${reason}`, async () => expect(await differenceOf(entry)).toBeDefined());
      }
    }

    test("the list of known failures names recorded cases only", () => {
      const ids = new Set(chosen.map(({ id }) => id));
      expect(Object.keys(known).filter((id) => !ids.has(id))).toEqual([]);
    });
  });
} else {
  console.warn(`No recordings in ${folder}: executions are not compared with those of AWS.`);
  test.skip("executions recorded on AWS (the recordings are not here)", () => {});
}

function explain({ keys }: Compared): string {
  const [key, comparison] = Object.entries(keys).find(([, { equal }]) => !equal) ?? [];
  return `${key}: ${JSON.stringify(comparison?.diffs.slice(0, 3), null, 1)}`;
}
