import type { JsonText } from "../../json.js";
import type { Frame, Signal } from "../../machine/index.js";
import type { Engine } from "../engine.js";
import type { Execution } from "../execution.js";
import type { Ending } from "./ending.js";
import type { Verdict } from "./verdict.js";

/** The Map state that waits for a map run, and what it is told. A run that did not begin has no events in the history. */
export class MapState {
  readonly #engine: Engine;
  readonly #frame: Frame;
  readonly #owner: Execution;
  #begun = false;

  constructor(engine: Engine, frame: Frame, owner: Execution) {
    this.#engine = engine;
    this.#frame = frame;
    this.#owner = owner;
  }

  /** False when the state waits no more: its execution has ended, or has given it up. */
  get live(): boolean {
    return this.#frame.live;
  }

  /** The state knows of the map run. */
  get begun(): boolean {
    return this.#begun;
  }

  begin(mapRunArn: string, redriveCount: number): void {
    this.#begun = true;
    const redrives = redriveCount > 0 ? redriveCount : undefined;
    this.#engine.signal(this.#frame, { kind: "mapRunStarted", mapRunArn, redriveCount: redrives });
  }

  /** Tells how the map run has ended: one that failed before it began is refused, one that was stopped stops the execution. */
  ended({ status, verdict }: Ending, result: JsonText | undefined): void {
    if (verdict !== undefined) this.#engine.signal(this.#frame, this.#failure(verdict));
    else if (status === "ABORTED") this.#engine.end(this.#owner, { status });
    else if (result !== undefined) this.#engine.signal(this.#frame, { kind: "mapRunSucceeded", result });
  }

  #failure(verdict: Verdict): Signal {
    return this.#begun ? { kind: "mapRunFailed", ...verdict } : { kind: "mapRunRefused", cause: verdict.cause };
  }

  /** Says in the history of `execution`, which is being stopped, that this run of it is as well. */
  recordAborted(execution: Execution): void {
    const frame = this.#frame;
    if (this.#owner !== execution || !frame.live || !this.#begun) return;
    // The closing event has room for itself alone.
    if (!execution.hasRoomFor(2)) return;
    const aborted = execution.record("MapRunAborted", frame.lastEventId);
    frame.lastEventId = execution.record("MapStateAborted", aborted);
  }
}
