import { virtualClock } from "../../lib/adapters/clock/virtual.js";
import { memoryJournal } from "../../lib/adapters/journal/memory.js";
import { seededRandom } from "../../lib/adapters/random.js";
import { memoryStore } from "../../lib/adapters/store/memory.js";
import { type Json, type JsonObject, JsonText } from "../../lib/json.js";
import { compile } from "../../lib/machine/index.js";
import { eventsOf } from "../../lib/run/burst.js";
import { Engine } from "../../lib/run/engine.js";
import type { ExecutionOutcome, RootExecution } from "../../lib/run/execution.js";
import type { ChildRecord } from "../../lib/run/items.js";
import type { MapRun } from "../../lib/run/map-run/map-run.js";
import type { Journal, ObjectStore, Services } from "../../lib/run/ports.js";
import { type AwsEvent, awsHistory } from "./history.js";
import { type Script, ScriptedInvoker } from "./scripted-invoker.js";

export interface SimulationOptions {
  readonly seed?: number | string;
  /** What functions do; by default each returns its event. */
  readonly functions?: Script;
  /** Calls that the invoker takes at once; no limit by default. */
  readonly places?: number;
  readonly store?: ObjectStore;
  /** What tasks call besides functions; none by default. */
  readonly services?: (simulation: Simulation) => Services;
  readonly type?: "STANDARD" | "EXPRESS";
  readonly childHistories?: boolean;
  readonly countsUnstarted?: boolean;
  /** Whether the journal takes events in bursts. */
  readonly bursts?: boolean;
  /** Told of children in item order; a promise holds the map run back. */
  readonly ordered?: (record: ChildRecord) => void | Promise<void>;
}

/** How an execution ended, its output as a value. */
export interface Ended {
  readonly status: ExecutionOutcome["status"];
  readonly output?: Json;
  readonly error?: string | undefined;
  readonly cause?: string | undefined;
}

const MACHINE = "arn:aws:states:eu-west-1:123456789012:stateMachine:simulated";

/** An Engine in a world without surprises: virtual time from the epoch on, seeded chance, scripted functions. */
export class Simulation {
  readonly clock = virtualClock();
  readonly journal: Journal;
  readonly store: ObjectStore;
  readonly invoker: ScriptedInvoker;
  readonly engine: Engine;
  readonly mapRuns: MapRun[] = [];
  /** Records of children of all map runs, in the order in which they ended. */
  readonly ended: ChildRecord[] = [];
  #executions = 0;

  constructor(options: SimulationOptions = {}) {
    const { functions = ({ event }) => ({ returns: event }), places, seed = 1, childHistories = false } = options;
    const { countsUnstarted = false } = options;
    this.invoker = new ScriptedInvoker(this.clock, functions, places);
    this.store = options.store ?? memoryStore({}, () => this.clock.now());
    this.journal = options.bursts === true ? withBursts(memoryJournal()) : memoryJournal();
    const { clock, invoker, store, journal } = this;
    this.engine = new Engine(
      { clock, invoker, store, journal, services: options.services?.(this), random: seededRandom(seed) },
      {
        childHistories,
        countsUnstarted,
        observer: {
          started: (mapRun) => this.mapRuns.push(mapRun),
          ended: (_, record) => this.ended.push(record),
          ordered: (_, record) => options.ordered?.(record),
        },
      },
    );
  }

  /** Starts an execution; `ended` resolves when it has ended. */
  start(
    definition: JsonObject,
    input: Json | JsonText = {},
    type: "STANDARD" | "EXPRESS" = "STANDARD",
  ): { execution: RootExecution; ended: Promise<Ended> } {
    const name = `execution-${this.#executions++}`;
    const { execution, ended } = this.engine.start(compile(definition), {
      arn: `arn:aws:states:eu-west-1:123456789012:execution:simulated:${name}`,
      name,
      input: input instanceof JsonText ? input : JsonText.of(input),
      roleArn: "arn:aws:iam::123456789012:role/simulated",
      stateMachineArn: MACHINE,
      stateMachineName: "simulated",
      type,
      region: "eu-west-1",
      redriveCount: type === "STANDARD" ? 0 : undefined,
    });
    return { execution, ended: ended.then(asEnded) };
  }

  /** Runs an execution to its end. */
  async run(definition: JsonObject, input: Json | JsonText = {}, type?: "STANDARD" | "EXPRESS"): Promise<Run> {
    const { execution, ended } = this.start(definition, input, type);
    const outcome = await ended;
    return { ...outcome, execution, events: this.history(execution.arn), ms: execution.stopTime - execution.startTime };
  }

  history(arn: string): AwsEvent[] {
    return awsHistory(this.journal.history(arn));
  }

  /** A JSON object in the store. */
  async put(bucket: string, key: string, content: string): Promise<void> {
    const writer = await this.store.put(bucket, key);
    await writer.write(content);
    await writer.close();
  }

  async get(bucket: string, key: string): Promise<string> {
    const chunks: Uint8Array[] = [];
    for await (const chunk of (await this.store.get(bucket, key)).body) chunks.push(chunk);
    return Buffer.concat(chunks).toString();
  }
}

function withBursts(journal: Journal): Journal {
  return {
    ...journal,
    recordBurst: (execution, burst, texts, timestamp) => {
      for (const event of eventsOf(burst, texts, timestamp)) journal.record(execution, event);
    },
  };
}

export interface Run extends Ended {
  readonly execution: RootExecution;
  readonly events: readonly AwsEvent[];
  /** How long it took, in virtual ms. */
  readonly ms: number;
}

/** Runs one execution in a world of its own. */
export function simulate(
  definition: JsonObject,
  input: Json | JsonText = {},
  options: SimulationOptions = {},
): Promise<Run> {
  return new Simulation(options).run(definition, input, options.type);
}

/** A state machine of a chain of states, by name, each leading to the next unless it says where to. */
export function chain(states: JsonObject, top: JsonObject = {}): JsonObject {
  const names = Object.keys(states);
  const linked = names.map((name, index) => {
    const state = states[name] as JsonObject;
    const next = names[index + 1];
    const ends =
      ["Next", "End", "Choices"].some((field) => field in state) || /^(Succeed|Fail)$/.test(String(state["Type"]));
    return [name, ends ? state : { ...state, ...(next === undefined ? { End: true } : { Next: next }) }];
  });
  return { StartAt: names[0] as string, States: Object.fromEntries(linked), ...top };
}

/** Types of events, in order. */
export function types(events: readonly AwsEvent[]): readonly string[] {
  return events.map(({ type }) => type);
}

function asEnded(outcome: ExecutionOutcome): Ended {
  return outcome.status === "SUCCEEDED" ? { status: outcome.status, output: outcome.output.value } : outcome;
}
