/** `1,234,567` */
export function grouped(value: number): string {
  return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** Three figures are enough for a rate: `0.52`, `8.1`, `12,345`. */
export function rateText(perSecond: number): string {
  if (perSecond >= 100) return grouped(perSecond);
  return perSecond >= 1 ? perSecond.toFixed(1) : perSecond.toFixed(2);
}

/** `0:07`, `12:34`, `1:02:03` */
export function clockText(seconds: number): string {
  const whole = Math.ceil(seconds);
  const two = (value: number) => String(value).padStart(2, "0");
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

/** `12 ms`, `1.24 s`, `12:34 min`, `1:02:03 h` */
export function durationText(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(2)} s`;
  return `${clockText(ms / 1000)} ${ms < 3_600_000 ? "min" : "h"}`;
}

/** Items by how they ended. */
export interface ItemCounts {
  readonly total: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly timedOut: number;
  readonly aborted: number;
}

/** `1,234: 1,230 succeeded, 4 failed`: what there is none of is left out. `rest` is the number of all others. */
export function itemsText(items: ItemCounts, rest: readonly [count: number, word: string]): string {
  const counts: (readonly [number, string])[] = [
    [items.succeeded, "succeeded"],
    [items.failed, "failed"],
    [items.timedOut, "timed out"],
    [items.aborted, "stopped"],
    rest,
  ];
  const shown = counts.filter(([count]) => count > 0).map(([count, word]) => `${grouped(count)} ${word}`);
  return `${grouped(items.total)}${shown.length === 0 ? "" : `: ${shown.join(", ")}`}`;
}
