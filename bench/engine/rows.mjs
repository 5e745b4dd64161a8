import { median } from "../measure.mjs";

export async function measure({ rounds, numbers, row }) {
  const micros = [];
  for (let round = 0; round < rounds; round++) micros.push(...(await numbers("engine/pass-chain.mjs")));
  row("Pass states, 10 in a chain, histories kept", median(micros), "us a state", { atMost: 1.5 });
}
