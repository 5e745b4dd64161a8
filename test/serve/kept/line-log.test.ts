import { appendFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { LineLog, type Place } from "../../../lib/serve/kept/line-log.js";
import { temporaryFolder } from "../endpoint.js";

const folder = temporaryFolder();
let count = 0;
const newFile = () => join(folder, `${count++}`, "log.jsonl");

/** Appends values and waits until they are written. */
async function appended(file: string, values: readonly unknown[]): Promise<readonly Place[]> {
  const log = new LineLog(file);
  const written: number[] = [];
  const places = values.map((value, index) => log.append(value, () => written.push(index)));
  await log.close();
  expect(log.failure).toBeUndefined();
  expect(written).toEqual(values.map((_, index) => index));
  return places;
}

test("what was appended is read, all of it or line by line, however many times it was opened", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(fc.json()), { maxLength: 4 }), async (sessions) => {
      const file = newFile();
      const places: Place[] = [];
      for (const values of sessions) places.push(...(await appended(file, values)));
      const log = new LineLog(file);
      expect(log.read()).toEqual(sessions.flat());
      expect(places.map((place) => log.readAt(place))).toEqual(sessions.flat());
    }),
    { numRuns: 25 },
  );
});

test("a line that was not written whole costs nothing but itself", async () => {
  const file = newFile();
  await appended(file, [1]);
  appendFileSync(file, '\n{"cut');
  const [place] = await appended(file, [2]);
  const log = new LineLog(file);
  expect(log.read()).toEqual([1, 2]);
  expect(place && log.readAt(place)).toBe(2);
});

test("a place where there is no such line gives nothing", async () => {
  const file = newFile();
  expect(new LineLog(file).readAt([0, 10])).toBeUndefined();
  await appended(file, ["text"]);
  expect(new LineLog(file).readAt([3, 4])).toBeUndefined();
  expect(new LineLog(file).readAt([500, 5])).toBeUndefined();
});

test("other lines take the place of all", async () => {
  const file = newFile();
  await appended(file, [1, 2, 3]);
  const log = new LineLog(file);
  log.replace([2]);
  const place = log.append(4);
  await log.close();
  expect(new LineLog(file).read()).toEqual([2, 4]);
  expect(log.readAt(place)).toBe(4);
  log.replace([]);
  expect(new LineLog(file).read()).toEqual([]);
});

test("a file that cannot be written is a failure that is told at the end", async () => {
  // A folder is in its place.
  const log = new LineLog(folder);
  let isWritten = false;
  log.append(1, () => {
    isWritten = true;
  });
  await log.close();
  expect(log.failure).toBeInstanceOf(Error);
  expect(isWritten).toBe(false);
});
