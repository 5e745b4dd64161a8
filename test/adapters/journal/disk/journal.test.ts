import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { Blocks } from "../../../../lib/adapters/journal/disk/blocks.js";
import { DiskJournal } from "../../../../lib/adapters/journal/disk/journal.js";
import { LeftChildren } from "../../../../lib/adapters/journal/disk/left-children.js";
import type { EndedChild } from "../../../../lib/adapters/journal/disk/records.js";
import { JournalDamaged, type RunLeft, scan } from "../../../../lib/adapters/journal/disk/scan.js";
import type { ChildRecord } from "../../../../lib/run/items.js";
import { nameUuid } from "../../../../lib/run/map-run/family.js";
import type { HistoryEvent } from "../../../../lib/run/ports.js";
import { journalContract } from "../../../contracts/journal.js";

const folder = mkdtempSync(join(tmpdir(), "fanout-journal-"));
afterAll(() => rmSync(folder, { recursive: true }));

let made = 0;
const newPath = () => join(folder, `journal-${made++}`);
const fail = (error: Error) => {
  throw error;
};
const open = (path = newPath()) => DiskJournal.open(path, { onFailure: fail });

journalContract(() => open());

const ARN = "arn:aws:states:us-east-1:000000000000:execution:machine:name";
/** The execution, as each journal sees it for the first time. */
const root = () => ({ arn: ARN });
const note = (mapRunId: string) => ({
  mapRunId,
  arn: `arn:aws:states:us-east-1:000000000000:mapRun:machine/label:${mapRunId}`,
  stateName: "Map",
  startDate: 0,
  batched: false,
  owned: true,
});

function read<T>(path: string, use: (left: RunLeft) => T): T {
  const blocks = new Blocks(path);
  try {
    return use(scan(blocks, ARN));
  } finally {
    blocks.close();
  }
}

/** The children of map run `number`. */
async function withChildren(
  path: string,
  number: number,
  use: (children: LeftChildren, left: RunLeft) => Promise<void>,
): Promise<void> {
  const blocks = new Blocks(path);
  const left = scan(blocks, ARN);
  const mapRun = left.mapRuns[number];
  if (mapRun === undefined) throw new Error("the map run is not there");
  await use(new LeftChildren(blocks, mapRun), left);
  blocks.close();
}

function child(index: number, over: Partial<ChildRecord> = {}): ChildRecord {
  return {
    index,
    firstItem: index,
    itemCount: 1,
    status: "SUCCEEDED",
    output: `{"index":${index}}`,
    inputText: "",
    name: "",
    executionArn: "",
    stateMachineArn: "",
    executionType: "EXPRESS",
    startDate: 1000 + index,
    stopDate: 2000 + index,
    ...over,
  };
}

const event = (id: number, type: string, details?: HistoryEvent["details"]): HistoryEvent => ({
  id,
  previousEventId: id - 1,
  timestamp: 1_700_000_000_000.25 + id,
  type,
  ...(details === undefined ? {} : { details }),
});

describe("events", () => {
  const scalar = fc.oneof(fc.string({ unit: "binary" }), fc.double(), fc.boolean(), fc.constant(null));
  const member = fc.string().filter((name) => name !== "__proto__");
  const details = fc.dictionary(
    fc.oneof(fc.constantFrom("input", "output", "name", "resource"), member),
    fc.oneof(
      scalar,
      fc.array(fc.string(), { maxLength: 2 }),
      fc.dictionary(member, scalar, { maxKeys: 2, noNullPrototype: true }),
    ),
    { maxKeys: 5, noNullPrototype: true },
  );

  it("come back equal, whatever is in them", async () => {
    const values = fc.array(fc.tuple(fc.constantFrom("A", "B"), details), { maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(values, async (all) => {
        const journal = await open();
        const events = all.map(([type, value], at) => event(at + 1, type, ["someDetails", value]));
        for (const each of events) journal.record(root(), each);
        expect([...journal.history(ARN)]).toStrictEqual(events);
        await journal.close();
      }),
      { numRuns: 200 },
    );
  });

  it("keep halves of surrogate pairs, alone or at the edge of two texts", async () => {
    const journal = await open();
    const texts = ["a\ud83d", "\ude00b", "\ufeffwhole \u{1f600}", ""];
    const events = texts.map((input, at) => event(at + 1, "A", ["details", { input, output: input }]));
    for (const each of events) journal.record(root(), each);
    await journal.flush();
    expect([...journal.history(ARN)]).toStrictEqual(events);
    await journal.close();
  });

  it("that repeat a text have it once in a block", async () => {
    const path = newPath();
    const journal = await open(path);
    const input = "x".repeat(10_000);
    for (let id = 1; id <= 5; id++) journal.record(root(), event(id, "A", ["details", { input }]));
    await journal.close();
    expect(readFileSync(path).length).toBeLessThan(11_000);
    expect(read(path, ({ events }) => events.map(({ details }) => details?.[1]))).toEqual(Array(5).fill({ input }));
  });

  it("of a child are found by its ARN", async () => {
    const journal = await open();
    journal.mapRunStarted(note("run-1"));
    const events = [event(1, "ExecutionStarted"), event(2, "ExecutionSucceeded")];
    for (const each of events) journal.record({ mapRunId: "run-1", index: 7, arn: "is not asked for" }, each);
    const name = nameUuid("run-1/7");
    expect([...journal.history(`arn:aws:states:us-east-1:000000000000:execution:machine/label:${name}`)]).toEqual(
      events,
    );
    await journal.close();
  });
});

describe("what is left", () => {
  it("is the children that ended, in any order, and the histories of those that did not", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.nat({ max: 5000 }), { maxLength: 300 }),
        fc.uniqueArray(fc.nat({ max: 5000 }), { maxLength: 10 }),
        fc.integer({ min: 1, max: 3000 }),
        async (ended, running, range) => {
          const path = newPath();
          const journal = await open(path);
          journal.mapRunStarted(note("other"));
          journal.mapRunStarted(note("run"));
          for (const index of running) {
            journal.record(
              { mapRunId: "run", index, arn: "" },
              event(1, "ExecutionStarted", ["details", { input: `${index}` }]),
            );
          }
          for (const [at, index] of ended.entries()) {
            journal.childEnded("run", child(index));
            if (at % 20 === 19) await journal.flush();
          }
          await journal.close();
          const unfinished = running.filter((index) => !ended.includes(index));
          await withChildren(path, 1, async (children, left) => {
            expect(left.mapRuns[0]?.ended.count).toBe(0);
            for (let from = 0; from <= 5000; from += range) {
              await children.load(from, from + range);
              for (let index = from; index < from + range; index++) {
                const found = children.take(index);
                if (ended.includes(index))
                  expect(found).toMatchObject({ kind: "ended", child: { output: `{"index":${index}}` } });
                else if (!unfinished.includes(index)) expect(found).toBeUndefined();
                else expect(found).toMatchObject({ events: [{ details: ["details", { input: `${index}` }] }] });
              }
            }
          });
        },
      ),
      { numRuns: 30 },
    );
  });

  it("has all of how a child ended", async () => {
    const path = newPath();
    const journal = await open(path);
    journal.mapRunStarted(note("run"));
    const records = [
      child(0, { status: "FAILED", output: undefined, error: "Boom", cause: "it did", stopDate: 1.5 }),
      child(1, { firstItem: 10, itemCount: 10 }),
      child(2, { status: "TIMED_OUT", output: undefined }),
      child(3, { status: "ABORTED", output: undefined, cause: "" }),
    ];
    for (const record of records) journal.childEnded("run", record);
    journal.childEnded("run", child(4, { status: "PENDING", output: undefined }));
    await journal.close();
    await withChildren(path, 0, async (children) => {
      await children.load(0, 10);
      for (const { index, firstItem, itemCount, status, output, error, cause, startDate, stopDate } of records) {
        const ended: EndedChild = {
          index,
          firstItem,
          itemCount,
          status: status as "FAILED",
          output,
          error,
          cause,
          startDate,
          stopDate,
        };
        expect(children.take(index)).toEqual({ kind: "ended", child: ended });
      }
      expect(children.take(4)).toBeUndefined();
      expect(children.take(0)).toBeUndefined();
    });
  });

  it("goes on in a second process, whose numbers do not meet those of the first", async () => {
    const path = newPath();
    const first = await open(path);
    first.mapRunStarted(note("run"));
    first.record(root(), event(1, "ExecutionStarted"));
    first.record({ mapRunId: "run", index: 3, arn: "" }, event(1, "ExecutionStarted"));
    await first.close();
    const end = read(path, (left) => left.end);
    const second = await DiskJournal.open(path, { end, onFailure: fail });
    second.mapRunStarted(note("run"));
    second.mapRunStarted(note("later"));
    second.record(root(), event(2, "MapStateEntered"));
    second.record({ mapRunId: "run", index: 3, arn: "" }, event(2, "PassStateEntered"));
    second.record({ mapRunId: "later", index: 3, arn: "" }, event(1, "ExecutionStarted"));
    second.finished({ status: "SUCCEEDED", exitCode: 0 });
    await second.close();
    await withChildren(path, 0, async (children, left) => {
      expect(left.events.map(({ id }) => id)).toEqual([1, 2]);
      expect(left.mapRuns.map(({ note: { mapRunId } }) => mapRunId)).toEqual(["run", "later"]);
      expect(left.finished).toEqual({ status: "SUCCEEDED", exitCode: 0 });
      await children.load(0, 5);
      expect(children.take(3)).toMatchObject({ events: [{ id: 1 }, { id: 2 }] });
    });
  });
});

describe("a journal that ends in the middle", () => {
  /** A journal of some blocks, and what it said after each. */
  async function written(): Promise<{ path: string; sizes: number[]; ends: number[] }> {
    const path = newPath();
    const journal = await open(path);
    journal.mapRunStarted(note("run"));
    const sizes: number[] = [];
    const ends: number[] = [];
    for (let index = 0; index < 6; index++) {
      journal.record(root(), event(index + 1, "A", ["details", { input: `\u00e9${index}` }]));
      journal.childEnded("run", child(index));
      await journal.flush();
      sizes.push(readFileSync(path).length);
      ends.push(index + 1);
    }
    await journal.close();
    return { path, sizes, ends };
  }

  it("is as if its last block had not been begun, at whatever byte it ends", async () => {
    const { path, sizes } = await written();
    const bytes = readFileSync(path);
    const cutPath = newPath();
    for (let size = bytes.length; size >= 0; size--) {
      writeFileSync(cutPath, bytes.subarray(0, size));
      const whole = sizes.filter((end) => end <= size);
      const left = read(cutPath, (found) => found);
      expect(left.events).toHaveLength(whole.length);
      expect(left.mapRuns[0]?.ended.count ?? 0).toBe(whole.length);
      if (size >= 17) expect(left.end.size + left.cut).toBe(size);
    }
  });

  it("is written on from its last whole block", async () => {
    const { path, sizes } = await written();
    truncateSync(path, (sizes[3] ?? 0) + 5);
    const { end, cut } = read(path, (left) => left);
    expect(cut).toBe(5);
    const journal = await DiskJournal.open(path, { end, onFailure: fail });
    journal.record(root(), event(5, "B"));
    await journal.close();
    expect(read(path, ({ events }) => events.map(({ type }) => type))).toEqual(["A", "A", "A", "A", "B"]);
  });

  it("may end in bytes that were never written", async () => {
    const { path, sizes } = await written();
    const bytes = readFileSync(path);
    bytes.fill(0, sizes[4]);
    writeFileSync(path, bytes);
    expect(read(path, ({ events, cut }) => [events.length, cut])).toEqual([5, bytes.length - (sizes[4] ?? 0)]);
  });

  it("is refused when whole blocks follow a damaged one", async () => {
    const { path, sizes } = await written();
    const bytes = readFileSync(path);
    fc.assert(
      fc.property(fc.integer({ min: sizes[0] ?? 0, max: (sizes[4] ?? 0) - 1 }), (at) => {
        const damaged = Buffer.from(bytes);
        damaged[at] = (damaged[at] ?? 0) ^ 0x55;
        writeFileSync(path, damaged);
        expect(() => read(path, () => {})).toThrow(JournalDamaged);
      }),
      { numRuns: 50 },
    );
  });
});

describe("a disk that does not take it", () => {
  it("is told of once, and to who waits", async () => {
    const errors: Error[] = [];
    const journal = await DiskJournal.open("/dev/full", { onFailure: (error) => errors.push(error) });
    for (let id = 1; id < 100; id++) {
      journal.record(root(), event(id, "A"));
      if (id % 10 === 0) await new Promise(setImmediate);
    }
    await expect(journal.flush()).rejects.toThrow(/ENOSPC|EINVAL/);
    expect(errors).toHaveLength(1);
    await journal.close();
  });
});
