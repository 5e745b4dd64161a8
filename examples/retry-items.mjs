// Batches, in which one bad item costs its batch-mates nothing, and only what failed is tried again.
//
// A batch saves invocations: 60 letters go out in 6. `task()` runs each item by itself and gives one outcome for each;
// with `itemRetry` the state machine invokes again with just the items that failed, and puts the outcomes together.
//
//     node examples/retry-items.mjs
import { runLocal } from "fanout";
import { task } from "fanout/task";

const tries = new Map();

/** Every seventh letter gets through at the second try only; number 13 never does. */
const send = task(async ({ letter, to }) => {
  const count = (tries.get(letter) ?? 0) + 1;
  tries.set(letter, count);
  if (letter === 13) throw new RangeError(`there is no address for ${to}`);
  if (letter % 7 === 0 && count === 1) throw new Error("the post office is closed");
  return { to, tries: count };
});

const run = await runLocal({
  task: send,
  items: Array.from({ length: 60 }, (_, letter) => ({ letter, to: `reader ${letter}` })),
  batch: { items: 10 },
  itemRetry: { attempts: 2, maxDelaySeconds: 1 },
});
const results = await run.results();

const sent = results.filter(({ status }) => status === "SUCCEEDED");
console.log(`${sent.length} letters sent, ${sent.filter(({ output }) => output.tries > 1).length} at the second try`);
for (const { index, status, error } of results) {
  if (status !== "SUCCEEDED") console.log(`letter ${index} ${status}: ${error.name}: ${error.message}`);
}
const [bad, late, good] = [13, 14, 15].map((letter) => tries.get(letter));
console.log(`letter 13 was tried ${bad} times, its batch-mate 14 ${late} times, its batch-mate 15 ${good} times`);
