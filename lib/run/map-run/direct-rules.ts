import { JsonText } from "../../json.js";
import { directFunction, ENTER, step, TaskRequest } from "../../machine/index.js";
import { type Burst, burstOf } from "../burst.js";
import type { Ports } from "../engine-options.js";
import type { HistoryEvent, Journal } from "../ports.js";
import { ChildExecution } from "./child.js";
import type { Family } from "./family.js";

/** How the children of a family are made that are nothing but a call of a function. */
export interface DirectRules {
  readonly functionName: string;
  /** ms; undefined: no limit of the state. */
  readonly timeoutMs: number | undefined;
  /** Null where no histories are kept. */
  readonly histories: DirectHistories | null;
}

/** The history of a child that succeeds: what it records before its call, with its input, and after it, with its output. */
export interface DirectHistories {
  readonly record: NonNullable<Journal["recordBurst"]>;
  readonly begin: Burst;
  readonly end: Burst;
}

/** Null when there is more to a child than a call, or when somebody has to see it as a task. */
export function directRules(family: Family, { services }: Ports): DirectRules | null {
  const { program, journal } = family;
  // A service that stands in for functions has to see the task.
  if (services?.replaces !== undefined) return null;
  const call = directFunction(program, journal !== null);
  if (call === null) return null;
  if (journal === null) return { ...call, histories: null };
  const histories = historiesOf(family, journal);
  return histories && { ...call, histories };
}

/** A text that no definition has by chance. */
const MARK = '"the text of an item: 7c1d0e0a-54ba-4a0f-a6f4-1c6f1fd2a9f5"';

/** Runs a child for nobody and looks at what it records. */
function historiesOf(family: Family, journal: Journal): DirectHistories | null {
  if (journal.recordBurst === undefined) return null;
  const events: HistoryEvent[] = [];
  const witness: Journal = {
    record: (_, event) => events.push(event),
    history: () => events,
    close: () => Promise.resolve(),
  };
  const child = new ChildExecution({ ...family, journal: witness }, 0, 0, 1, new JsonText(MARK), 0);
  child.recordStarted();
  const call = step(child.root, ENTER, child);
  if (!(call instanceof TaskRequest) || call.payload !== MARK) return null;
  const begin = burstOf(events.splice(0), MARK);
  const end = step(child.root, { kind: "taskSucceeded", output: new JsonText(MARK) }, child);
  if (end.kind !== "succeed" || end.output.text !== MARK) return null;
  child.recordEnded({ status: "SUCCEEDED", output: end.output });
  const rest = burstOf(events, MARK);
  const record = journal.recordBurst.bind(journal);
  return begin && rest && { record, begin, end: rest };
}
