import type { Progress } from "../../local/session-options.js";
import { progressLine, progressText, totalOf } from "./progress-line.js";
import { Rate } from "./rate.js";
import type { Paint } from "./terminal.js";

/** A live line is drawn 10 times a second at most. */
const FRAME_MS = 100;
/** Milestones: 10 % further and some seconds later, but never silence for longer than this. */
const STEP = 0.1;
const STEP_MS = 5_000;
const SILENCE_MS = 60_000;

const CLEAR_LINE = "\r\u001b[2K";

export interface ProgressStream {
  readonly columns?: number | undefined;
  write(text: string): unknown;
}

/**
 * Shows where a run stands on stderr: one line that is drawn over and over, or a line at milestones. No library: those
 * at hand draw several bars, hide the cursor or know no milestones, and one line is less than what they would need
 * around them.
 */
export class ProgressView {
  readonly #kind: "bar" | "plain" | "none";
  readonly #stream: ProgressStream;
  readonly #paint: Paint;
  readonly #rate = new Rate();
  #timer: NodeJS.Timeout | undefined;
  #shown = false;
  #last = { part: 0, at: 0 };

  constructor(kind: "bar" | "plain" | "none", stream: ProgressStream, paint: Paint) {
    this.#kind = kind;
    this.#stream = stream;
    this.#paint = paint;
  }

  start(progress: () => Progress): void {
    if (this.#kind === "none") return;
    this.#timer = setInterval(() => this.show(progress()), this.#kind === "bar" ? FRAME_MS : 1000);
    this.#timer.unref();
  }

  /** Draws the line, or prints one when a milestone is reached. */
  show(progress: Progress): void {
    const perSecond = this.#rate.at(progress.elapsedMs, progress.done);
    if (this.#kind === "bar") {
      // The last column is left free: a cursor there makes some terminals wrap. Terminals without a size say 0.
      const line = progressLine(progress, perSecond, (this.#stream.columns || 80) - 1, this.#paint);
      this.#stream.write(CLEAR_LINE + line);
      this.#shown = true;
    } else if (this.#isMilestone(progress)) {
      this.#stream.write(`${progressText(progress, perSecond).trim()}\n`);
    }
  }

  #isMilestone(progress: Progress): boolean {
    const total = totalOf(progress);
    const at = progress.elapsedMs;
    const part = total === undefined ? this.#last.part + STEP : progress.done / total;
    const far = part - this.#last.part >= STEP && at - this.#last.at >= STEP_MS;
    if (!far && at - this.#last.at < SILENCE_MS) return false;
    this.#last = { part: total === undefined ? 0 : part, at };
    return true;
  }

  /** Takes the live line away, until it is drawn again. */
  hide(): void {
    if (!this.#shown) return;
    this.#shown = false;
    this.#stream.write(CLEAR_LINE);
  }

  /** Prints a line of its own. */
  say(line: string): void {
    this.hide();
    this.#stream.write(`${line}\n`);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.hide();
  }
}
