import { median } from "../measure.mjs";

/** What the seconds are depends on the machine, so the target is for one on which `node -e 0` takes some 40 ms. */
export async function measure({ rounds, numbers, row }) {
  const seconds = [];
  const ratios = [];
  for (let round = 0; round < rounds; round++) {
    const [took, bare] = await numbers("virtual/fanout.mjs");
    seconds.push(took);
    ratios.push(took / bare);
  }
  const what = "10,000 items, each a Wait of 1 h and two retries, in virtual time";
  row(what, median(seconds), "s", { atMost: 1 });
  row(what, median(ratios), "x node -e 0");
}
