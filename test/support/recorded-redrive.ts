import { existsSync } from "node:fs";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { expect } from "vitest";
import { historyIn } from "../../lib/adapters/journal/disk/history.js";
import { DataFolder } from "../../lib/local/record/data-folder.js";
import { childArn } from "../../lib/run/map-run/family.js";
import type { HistoryEvent, ObjectStore } from "../../lib/run/ports.js";
import { recordedEnd } from "../../lib/run/recorded-end.js";
import type { RestoreMode } from "../../lib/run/restore.js";
import { application, IDS, sizeOf } from "./recorded-run.js";

/* What runs whose map run Two is redriven have left. */

/** Bytes of a journal; 0 where there is none. */
export const sizeOrNone = (path: string) => (existsSync(join(path, "journal")) ? sizeOf(path) : 0);

/** The events of the execution, and of the children of the map run Two, by index. */
export function historiesIn(path: string): {
  readonly root: readonly HistoryEvent[];
  readonly children: readonly (readonly HistoryEvent[])[];
} {
  const data = DataFolder.open(path);
  const { events = [], mapRuns = [] } = data.left ?? {};
  data.release();
  const { mapRunId = "", arn = "" } = mapRuns.find(({ note }) => note.stateName === "Two")?.note ?? {};
  const [, label = ""] = /\/([^:]+):/.exec(arn) ?? [];
  const { region, account } = application;
  const family = { region, account, stateMachineName: "machine", label, mapRunId, executionType: "STANDARD" } as const;
  const history = (index: number) => [
    ...historyIn(join(path, "journal"), sizeOrNone(path), [], childArn(family, index)),
  ];
  return { root: events, children: IDS.map(history) };
}

/** How a run whose process has ended is taken up. */
export function modeOf(path: string): RestoreMode {
  const end = recordedEnd(historiesIn(path).root);
  return end === undefined || end.status === "SUCCEEDED" ? "resume" : "redrive";
}

export const count = (events: readonly HistoryEvent[], type: string) =>
  events.filter((event) => event.type === type).length;

/** The outputs that the files of a redrive's manifest have, in order. */
export async function resultsIn(store: ObjectStore, output: string | undefined): Promise<readonly number[]> {
  const { ResultWriterDetails: details } = JSON.parse(output ?? "{}") as {
    ResultWriterDetails: { Bucket: string; Key: string };
  };
  const read = async (key: string) =>
    JSON.parse((await buffer((await store.get(details.Bucket, key)).body)).toString()) as unknown;
  const { ResultFiles } = (await read(details.Key)) as { ResultFiles: Record<string, { Key: string }[]> };
  expect([ResultFiles["FAILED"], ResultFiles["PENDING"]]).toEqual([[], []]);
  const found: number[] = [];
  for (const { Key } of ResultFiles["SUCCEEDED"] ?? []) {
    for (const { Output } of (await read(Key)) as { Output: string }[]) found.push(Number(Output));
  }
  return found.sort((a, b) => a - b);
}
