import { join } from "node:path";
import { getHeapStatistics, setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { virtualClock } from "../../../lib/adapters/clock/virtual.js";
import { memoryJournal } from "../../../lib/adapters/journal/memory.js";
import { seededRandom } from "../../../lib/adapters/random.js";
import { temporarySpill } from "../../../lib/adapters/spill/temporary-file.js";
import { memoryStore } from "../../../lib/adapters/store/memory.js";
import { generatedObjects } from "../../../lib/adapters/store/virtual.js";
import { type JsonObject, JsonText } from "../../../lib/json.js";
import { compile } from "../../../lib/machine/index.js";
import { Engine } from "../../../lib/run/engine.js";
import type { ChildRecord } from "../../../lib/run/items.js";
import type { Clock, Invocation, Invoker, ObjectStore, Spill } from "../../../lib/run/ports.js";
import { MemorySpill } from "../../support/memory-spill.js";
import { chain } from "../../support/simulate.js";

const HOUR = 3_600_000;

/** The call for item 0 takes an hour, the others a millisecond; each gives a text of a kilobyte, one in a thousand throws. */
class Workers implements Invoker {
  onOutcome: Invoker["onOutcome"] = () => {};
  onRoom = () => {};
  readonly room = Number.POSITIVE_INFINITY;
  readonly inFlight = 0;
  readonly usage = { busyMs: 0, workers: 1 };
  readonly #clock: Clock;
  readonly #onHour: () => void;

  constructor(clock: Clock, onHour: () => void) {
    this.#clock = clock;
    this.#onHour = onHour;
  }

  invoke(call: Invocation): void {
    const item = Number(call.payload);
    this.#clock.schedule(this.#clock.now() + (item === 0 ? HOUR : 1), () => {
      if (item === 0) this.#onHour();
      if (item % 1000 === 999) {
        const document = JSON.stringify({ errorType: "Odd", errorMessage: call.payload });
        this.onOutcome(call, { kind: "threw", errorType: "Odd", document });
      } else {
        this.onOutcome(call, { kind: "returned", payload: JSON.stringify(call.payload.padEnd(1000)) });
      }
    });
  }

  async close(): Promise<void> {}
}

function machineOf(settings: JsonObject = {}, type = "STANDARD"): JsonObject {
  return chain({
    Each: {
      Type: "Map",
      MaxConcurrency: 50,
      ToleratedFailurePercentage: 100,
      ItemProcessor: {
        ...chain({ Work: { Type: "Task", Resource: "arn:aws:lambda:eu-west-1:123456789012:function:work" } }),
        ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: type },
      },
      ...settings,
    },
  });
}

/** Items 0, 1, 2 ... of bucket `in`. */
const reading = (items: number): JsonObject => ({
  ItemReader: {
    Resource: "arn:aws:states:::s3:getObject",
    ReaderConfig: { InputType: "JSONL", MaxItems: items },
    Parameters: { Bucket: "in", Key: "items.jsonl" },
  },
});

async function* lines(): AsyncIterable<Uint8Array> {
  for (let from = 0; ; from += 1000) {
    yield Buffer.from(Array.from({ length: 1000 }, (_, at) => `${from + at}\n`).join(""));
  }
}

interface RunOptions {
  readonly definition: JsonObject;
  readonly input?: JsonText;
  readonly spill?: Spill | undefined;
  readonly waitingBytes?: number;
  readonly store?: ObjectStore;
  readonly onHour?: (engine: Engine) => void;
  readonly ordered?: (record: ChildRecord) => void;
}

function start({ definition, input = JsonText.of({}), spill, waitingBytes, store, onHour, ordered }: RunOptions) {
  const clock = virtualClock();
  const engine: Engine = new Engine(
    {
      clock,
      invoker: new Workers(clock, () => onHour?.(engine)),
      store: store ?? generatedObjects({ "items.jsonl": lines }),
      journal: memoryJournal(),
      random: seededRandom(1),
      spill,
    },
    { waitingBytes, observer: { ordered: (_, record) => ordered?.(record) } },
  );
  const stateMachineArn = "arn:aws:states:eu-west-1:123456789012:stateMachine:simulated";
  const { execution, ended } = engine.start(compile(definition), {
    arn: "arn:aws:states:eu-west-1:123456789012:execution:simulated:one",
    name: "one",
    input,
    roleArn: "arn:aws:iam::123456789012:role/simulated",
    stateMachineArn,
    stateMachineName: "simulated",
    type: "STANDARD",
    region: "eu-west-1",
  });
  return { engine, execution, ended };
}

test("200,000 children that wait for one take less memory than a quarter of them where there is no room but memory", {
  timeout: 120_000,
}, async () => {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const used = () => {
    collect();
    return getHeapStatistics().used_heap_size;
  };
  const growth = async (items: number, spill: Spill | undefined) => {
    let next = 0;
    let most = 0;
    const before = used();
    const { ended } = start({
      definition: machineOf({ ...reading(items), ResultWriter: nowhere }),
      spill,
      waitingBytes: 16 * 1024 * 1024,
      store: discarding(),
      onHour: () => {
        most = used() - before;
      },
      ordered: ({ index, inputText, output }) => {
        if (index !== next || inputText !== String(index)) throw new Error(`${index} instead of ${next}`);
        if (index % 1000 !== 999 && output !== `"${inputText.padEnd(1000)}"`) throw new Error(`output of ${index}`);
        next += 1;
      },
    });
    expect(await ended).toMatchObject({ status: "SUCCEEDED" });
    expect(next).toBe(items);
    return most;
  };
  const spilled = await growth(200_000, temporarySpill());
  const kept = await growth(50_000, undefined);
  expect(kept).toBeGreaterThan(50_000 * 1000);
  expect(spilled).toBeLessThan(kept / 2);
});

const nowhere: JsonObject = {
  Resource: "arn:aws:states:::s3:putObject",
  Parameters: { Bucket: "out", Prefix: "p" },
};

/** A store whose results go nowhere. */
function discarding(): ObjectStore {
  return { ...generatedObjects({ "items.jsonl": lines }), discards: () => true };
}

test.each(["STANDARD", "EXPRESS"])("result files of %s children are the same bytes, spilled or not", async (type) => {
  const filesOf = async (spill: Spill | undefined) => {
    const store = memoryStore({}, () => 0);
    const definition = machineOf(
      { ResultWriter: nowhere, ToleratedFailureCount: 3, ToleratedFailurePercentage: 0 },
      type,
    );
    // The fourth failure is more than is tolerated: some children fail, some are stopped, some never begin.
    const { ended } = start({
      definition,
      input: JsonText.of(Array.from({ length: 6000 }, (_, index) => index)),
      spill,
      waitingBytes: 200_000,
      store,
    });
    const outcome = await ended;
    const files: Record<string, string> = {};
    for await (const { key } of store.list("out", "")) {
      const chunks: Uint8Array[] = [];
      for await (const chunk of (await store.get("out", key)).body) chunks.push(chunk);
      files[key] = Buffer.concat(chunks).toString();
    }
    return { outcome, files };
  };
  const spill = new MemorySpill();
  const spilled = await filesOf(spill);
  const kept = await filesOf(undefined);
  expect(spilled).toEqual(kept);
  expect(Object.keys(kept.files).map((key) => key.slice(key.lastIndexOf("/") + 1))).toEqual([
    "FAILED_0.json",
    "PENDING_0.json",
    "SUCCEEDED_0.json",
    "manifest.json",
  ]);
  expect(spill.appended).toBeGreaterThan(10);
  expect(spill.files).toBe(0);
});

test.each([
  ["a disk that is full", new MemorySpill({ capacity: 100_000 }), /^no room$/],
  [
    "a folder that is not there",
    temporarySpill(join("no", "such", "folder")),
    /^Results that wait for a slower item cannot be kept in .*folder: ENOENT: no such file or directory/,
  ],
])("%s fails the execution with that as its cause, and no Catch takes it", async (_, spill, cause) => {
  const settings = { ...reading(5000), Catch: [{ ErrorEquals: ["States.ALL"], Next: "Caught" }], Next: "Caught" };
  const { States, ...rest } = machineOf(settings) as { States: JsonObject };
  const definition = { ...rest, States: { ...States, Caught: { Type: "Succeed" } } };
  const outcome = await start({ definition, spill, waitingBytes: 100_000 }).ended;
  expect(outcome).toEqual({ status: "FAILED", error: "States.Runtime", cause: expect.stringMatching(cause) });
  if (spill instanceof MemorySpill) expect(spill.files).toBe(0);
});

test("an execution that is stopped hands on what was spilled, and leaves nothing of it", async () => {
  const spill = new MemorySpill();
  const indexes: number[] = [];
  let settled: Promise<void> | undefined;
  const { execution, ended } = start({
    definition: machineOf(reading(3000)),
    spill,
    waitingBytes: 100_000,
    onHour: (engine) => {
      expect(spill.files).toBeGreaterThan(0);
      [settled] = [...engine.mapRuns].map((mapRun) => mapRun.settled);
      engine.stop(execution);
    },
    ordered: ({ index }) => {
      indexes.push(index);
    },
  });
  expect(await ended).toMatchObject({ status: "ABORTED" });
  await settled;
  expect(indexes).toEqual(Array.from({ length: 3000 }, (_, index) => index));
  expect(spill.files).toBe(0);
});

test("an engine that is closed gives back the room of what was spilled", async () => {
  const spill = new MemorySpill();
  const closed = new Promise<void>((resolve) => {
    start({
      definition: machineOf(reading(3000)),
      spill,
      waitingBytes: 100_000,
      onHour: (engine) => {
        expect(spill.files).toBeGreaterThan(0);
        engine.close();
        setImmediate(resolve);
      },
    });
  });
  await closed;
  expect(spill.files).toBe(0);
});
