import { JsonText } from "../../json.js";
import { ENTER, exceeds, PAYLOAD_LIMIT, step, TaskRequest, utf8Length } from "../../machine/index.js";
import { type Burst, burstOf, eventsOf } from "../burst.js";
import { CompactJson } from "../compact-json.js";
import { signalOf } from "../lambda.js";
import type { HistoryEvent, Journal, Recorded } from "../ports.js";
import { ChildExecution } from "./child.js";
import type { Family } from "./family.js";
import type { ChildInput } from "./inputs.js";

/** What one child has that others have not: texts that no definition has by chance, and that differ from each other. */
interface Witness {
  /** The item as it is written, and without its blanks. */
  readonly input: string;
  readonly sent: string;
  readonly result: string;
  readonly requestId: string;
}

/** The length of its result is a number that nothing else is by chance. */
const LENGTH = 54_321;
const MARKS: Witness = {
  input: '[ "the text of an item: 7c1d0e0a-54ba-4a0f-a6f4-1c6f1fd2a9f5" ]',
  sent: '["the text of an item: 7c1d0e0a-54ba-4a0f-a6f4-1c6f1fd2a9f5"]',
  result: `"${"what a function returns ".repeat(LENGTH).slice(0, LENGTH - 2)}"`,
  requestId: "3e1b6a52-0d55-4c0e-9f0e-8a7f5a1d2c43",
};
/** Another one, to see whether children differ in more than these texts. */
const OTHER: Witness = {
  input: " [2]",
  sent: "[2]",
  result: '{"x":"yz"}',
  requestId: "00000000-1111-4222-8333-444444444444",
};

/** Bytes that the integration puts around a result, at most. */
const ENVELOPE_BYTES = 4096;

/** The history of a child that succeeds, in two goes: what it records before its call, and after it. */
export class DirectHistories {
  readonly #record: NonNullable<Journal["recordBurst"]>;
  readonly #newRequestId: () => string;
  readonly #begin: Burst;
  readonly #end: Burst;
  readonly #compact = new CompactJson();

  private constructor(
    record: NonNullable<Journal["recordBurst"]>,
    newRequestId: () => string,
    { begin, end }: { readonly begin: Burst; readonly end: Burst },
  ) {
    this.#record = record;
    this.#newRequestId = newRequestId;
    this.#begin = begin;
    this.#end = end;
  }

  /** Runs two children for nobody and looks at what they record. Null when there is more to that than texts. */
  static of(family: Family, journal: Journal, newRequestId: () => string): DirectHistories | null {
    const record = journal.recordBurst?.bind(journal);
    const seen = record && historyOf(family, MARKS, 0);
    const other = seen && historyOf(family, OTHER, 1);
    if (record === undefined || seen == null || other == null) return null;
    const begin = burstOf(seen.begin, beginTexts(MARKS));
    const end = burstOf(seen.end, endTexts(MARKS));
    if (begin === null || end === null) return null;
    if (!same(eventsOf(begin, beginTexts(OTHER), 0), other.begin)) return null;
    return same(eventsOf(end, endTexts(OTHER), 0), other.end)
      ? new DirectHistories(record, newRequestId, { begin, end })
      : null;
  }

  /** The event of the function for an item, as the history shows it. Null where a whole execution has to see to it. */
  sent({ text, lines, line = 0 }: ChildInput): string | null {
    if (this.#begin.texts === 1) return text;
    try {
      const sent = this.#compact.write(text, lines, line);
      return exceeds(sent) ? null : sent;
    } catch {
      return null;
    }
  }

  began(child: Recorded, item: string, sent: string, time: number): void {
    this.#record(child, this.#begin, [item, sent], time);
  }

  /** Whether `ended` can record a call that gave this result; otherwise a whole execution has to. */
  takes(result: string): boolean {
    if (this.#end.texts === 1) return true;
    return !exceeds(result, PAYLOAD_LIMIT - ENVELOPE_BYTES) && this.#compact.write(result) === result;
  }

  ended(child: Recorded, result: string, time: number): void {
    const texts = this.#end.texts === 1 ? [result] : endTexts({ result, requestId: this.#newRequestId() });
    this.#record(child, this.#end, texts, time);
  }
}

function beginTexts({ input, sent }: Witness): string[] {
  return [input, sent];
}

function endTexts({ result, requestId }: Pick<Witness, "result" | "requestId">): string[] {
  return [result, requestId, String(utf8Length(result))];
}

function historyOf(family: Family, { input, sent, result, requestId }: Witness, index: number) {
  const events: HistoryEvent[] = [];
  const journal: Journal = {
    record: (_, event) => events.push({ ...event, timestamp: 0 }),
    history: () => events,
    close: () => Promise.resolve(),
  };
  const child = new ChildExecution({ ...family, journal }, index, index, 1, new JsonText(input), 0);
  child.recordStarted();
  const call = step(child.root, ENTER, child);
  if (!(call instanceof TaskRequest) || (call.payload !== input && call.payload !== sent)) return null;
  const begin = events.splice(0);
  const signal = signalOf(call, { kind: "returned", payload: result }, () => requestId);
  const end = step(child.root, signal, child);
  if (end.kind !== "succeed" || end.output.text !== result) return null;
  child.recordEnded({ status: "SUCCEEDED", output: end.output });
  return { begin, end: events };
}

function same(a: readonly HistoryEvent[], b: readonly HistoryEvent[]): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
