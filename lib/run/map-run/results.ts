import { JsonText } from "../../json.js";
import { exceeds, PAYLOAD_LIMIT, type WriterRequest } from "../../machine/index.js";
import type { ChildRecord } from "../items.js";
import type { ObjectStore } from "../ports.js";
import { manifestKeyOf, ResultWriter, type ResultWriterConfig } from "../write/result-writer.js";
import { transformRecord } from "../write/transform.js";

/** Where a map run's results go, and what the Map state's result is. */
export interface Results {
  /** Called before the map run begins: rejects when results could not be written. Absent: that cannot be. */
  check?(): Promise<void>;
  add(record: ChildRecord): void | Promise<void>;
  /** All records have been added. The state's result; `tooLarge` when it exceeds the payload limit. */
  finish(mapRunArn: string): Promise<{ result: JsonText; tooLarge: boolean }>;
  abort(): Promise<void>;
  /** Whether children that were never started are wanted too. */
  readonly wantsPending: boolean;
}

/** @param redriveCount Of the attempt, 0 for the first. */
export function resultsOf(
  writer: WriterRequest | undefined,
  store: ObjectStore,
  mapRunArn: string,
  redriveCount = 0,
): Results {
  if (writer?.bucket === undefined) return new InlineResults(writer);
  const { bucket, prefix, transformation, outputType } = writer;
  const config = { bucket, prefix, mapRunArn, transformation, outputType, redriveCount };
  if (store.discards?.(bucket) === true) return new DiscardedResults(config);
  return new WrittenResults(new ResultWriter(store, config));
}

/** What the state of a map run gives whose results are in files. */
function writtenResult(mapRunArn: string, { bucket, key }: { bucket: string; key: string }) {
  const result = { MapRunArn: mapRunArn, ResultWriterDetails: { Bucket: bucket, Key: key } };
  return { result: JsonText.of(result), tooLarge: false };
}

/** Result files that nobody would find: they are not made. */
class DiscardedResults implements Results {
  readonly wantsPending = true;
  readonly #config: ResultWriterConfig;

  constructor(config: ResultWriterConfig) {
    this.#config = config;
  }

  add(): void {}

  async finish(mapRunArn: string): Promise<{ result: JsonText; tooLarge: boolean }> {
    return writtenResult(mapRunArn, { bucket: this.#config.bucket, key: manifestKeyOf(this.#config) });
  }

  async abort(): Promise<void> {}
}

class WrittenResults implements Results {
  readonly wantsPending = true;
  readonly #writer: ResultWriter;
  /** The attempt up to which successes are in files already; undefined: there are none. */
  #listedUpTo: number | undefined;

  constructor(writer: ResultWriter) {
    this.#writer = writer;
  }

  async check(): Promise<void> {
    await this.#writer.check();
    this.#listedUpTo = await this.#writer.listedUpTo();
  }

  add(record: ChildRecord): void | Promise<void> {
    return this.#isListed(record) ? undefined : this.#writer.add(record);
  }

  /** A success of an attempt that was killed before its manifest was written is in none of the files that are listed. */
  #isListed({ kept, status, endedIn = 0 }: ChildRecord): boolean {
    return this.#listedUpTo !== undefined && kept === true && status === "SUCCEEDED" && endedIn <= this.#listedUpTo;
  }

  async finish(mapRunArn: string): Promise<{ result: JsonText; tooLarge: boolean }> {
    return writtenResult(mapRunArn, await this.#writer.finish());
  }

  abort(): Promise<void> {
    return this.#writer.abort();
  }
}

/** Results that become the state's own result. Nothing more is kept once they are past what a state may return. */
class InlineResults implements Results {
  readonly wantsPending = false;
  readonly #transformation: WriterRequest["transformation"];
  readonly #lines: boolean;
  readonly #texts: string[] = [];
  #length = 0;

  constructor(writer: WriterRequest | undefined) {
    this.#transformation = writer?.transformation ?? "COMPACT";
    this.#lines = writer?.outputType === "JSONL";
  }

  add(record: ChildRecord): void {
    if (this.#length > PAYLOAD_LIMIT) return;
    for (const text of transformRecord(record, this.#transformation)) {
      this.#texts.push(text);
      this.#length += text.length + 1;
    }
  }

  async finish(): Promise<{ result: JsonText; tooLarge: boolean }> {
    const result = this.#lines
      ? JsonText.of(this.#texts.map((text) => `${text}\n`).join(""))
      : new JsonText(`[${this.#texts.join(",")}]`);
    return { result, tooLarge: exceeds(result.text) };
  }

  async abort(): Promise<void> {}
}
