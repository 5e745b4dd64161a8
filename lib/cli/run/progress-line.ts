import type { Progress } from "../../local/session-options.js";
import { clockText, grouped, rateText } from "./figures.js";
import type { Paint } from "./terminal.js";

/** Widest bar, and the narrowest that is of use, in characters with its brackets. */
const BAR = 30;
const LEAST_BAR = 12;
/** An end that is further away than this is not worth a guess. */
const FAR_SECONDS = 1000 * 3600;

/** Where a run stands, in words: counts, rate and what is left. */
export function progressText(progress: Progress, perSecond: number): string {
  return parts(progress, perSecond).join("  ");
}

/**
 * The same with a bar, on one line of at most `width` characters. The bar gives way first, then the end of the text.
 *
 * @param perSecond Items ended a second, of late.
 */
export function progressLine(progress: Progress, perSecond: number, width: number, paint: Paint): string {
  const text = progressText(progress, perSecond);
  const total = totalOf(progress);
  const room = Math.min(BAR, width - text.length - 2);
  const line = total !== undefined && room >= LEAST_BAR ? `${bar(progress.done / total, room)}  ${text}` : text;
  if (line.length > width) return line.slice(0, Math.max(0, width));
  const failed = failedText(progress);
  return progress.failed > 0 ? line.replace(failed, paint("red", failed)) : line;
}

function parts(progress: Progress, perSecond: number): string[] {
  const { done, failed, running, elapsedMs } = progress;
  const total = totalOf(progress);
  const about = progress.total === undefined ? "~" : "";
  const left = total === undefined || perSecond === 0 ? undefined : Math.max(0, total - done) / perSecond;
  const isKnown = left !== undefined && left < FAR_SECONDS;
  return [
    ...(total === undefined
      ? [`${grouped(done)} done`]
      : [percent(done / total), `${grouped(done)}/${about}${grouped(total)}`]),
    `${rateText(perSecond)}/s`,
    `${grouped(running)} running`,
    ...(failed > 0 ? [failedText(progress)] : []),
    isKnown ? `ETA ${clockText(left)}` : clockText(elapsedMs / 1000),
  ];
}

/** Items in all: counted, or guessed from the part of the file that was read. Undefined as long as nobody knows. */
export function totalOf({ total, expected, done }: Progress): number | undefined {
  const known = total ?? (expected === undefined ? undefined : Math.max(expected, done));
  return known === 0 ? undefined : known;
}

function failedText({ failed }: Progress): string {
  return `${grouped(failed)} failed`;
}

/** Only what is finished is 100 %. */
function percent(part: number): string {
  return `${String(Math.floor(Math.min(1, part) * 100)).padStart(3)} %`;
}

function bar(part: number, width: number): string {
  const inside = width - 2;
  const filled = Math.floor(Math.min(1, part) * inside);
  const head = filled < inside ? ">" : "";
  return `[${"=".repeat(filled)}${head}${" ".repeat(inside - filled - head.length)}]`;
}
