// 1,000 executions of a chain of 10 Pass states, their histories kept, in process. Prints microseconds a state, the median
// of several rounds after the first ones.
import { virtualClock } from "../../dist/lib/adapters/clock/virtual.js";
import { memoryJournal } from "../../dist/lib/adapters/journal/memory.js";
import { seededRandom } from "../../dist/lib/adapters/random.js";
import { memoryStore } from "../../dist/lib/adapters/store/memory.js";
import { JsonText } from "../../dist/lib/json.js";
import { compile } from "../../dist/lib/machine/index.js";
import { Engine } from "../../dist/lib/run/engine.js";
import { median } from "../measure.mjs";

const EXECUTIONS = 1_000;
const STATES = 10;
const names = Array.from({ length: STATES }, (_, index) => `S${index}`);
const states = names.map((name, index) => {
  return [name, { Type: "Pass", ...(index + 1 < STATES ? { Next: names[index + 1] } : { End: true }) }];
});
const machine = compile({ StartAt: "S0", States: Object.fromEntries(states) });
const account = "arn:aws:states:us-east-1:000000000000";
const invoker = { inFlight: 0, room: 1, usage: { busyMs: 0, workers: 1 }, invoke() {}, close: async () => {} };
const rounds = [];
for (let round = 0; round < 15; round++) {
  const engine = new Engine({
    clock: virtualClock(),
    invoker,
    store: memoryStore(),
    journal: memoryJournal(),
    random: seededRandom(1),
  });
  const began = performance.now();
  const ended = Array.from({ length: EXECUTIONS }, (_, index) => {
    const request = {
      arn: `${account}:execution:chain:${index}`,
      name: String(index),
      input: new JsonText('{"a":1}'),
      roleArn: "arn:aws:iam::000000000000:role/chain",
      stateMachineArn: `${account}:stateMachine:chain`,
      stateMachineName: "chain",
      type: "STANDARD",
      region: "us-east-1",
    };
    return engine.start(machine, request).ended;
  });
  const outcomes = await Promise.all(ended);
  rounds.push(((performance.now() - began) * 1000) / (EXECUTIONS * STATES));
  if (outcomes.some(({ status }) => status !== "SUCCEEDED")) throw new Error("an execution has failed");
  engine.close();
}
console.log(median(rounds.slice(5)).toFixed(3));
