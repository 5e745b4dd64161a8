import { median } from "../measure.mjs";

export async function measure({ rounds, numbers, row }) {
  const calls = [];
  for (let round = 0; round < rounds; round++) calls.push(...(await numbers("serve/start-sync.mjs")));
  row("StartSyncExecution by the JavaScript SDK", median(calls), "a second", { atLeast: 500 });
}
