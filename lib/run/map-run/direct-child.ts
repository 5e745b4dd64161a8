import { JsonText } from "../../json.js";
import { type Effect, ENTER, exceeds, step, type TaskRequest } from "../../machine/index.js";
import type { Lines } from "../items.js";
import type { InvocationOutcome, Recorded } from "../ports.js";
import type { DirectCall } from "../tasks.js";
import { ChildExecution } from "./child.js";
import type { DirectRules } from "./direct-rules.js";
import type { Family } from "./family.js";
import { FamilyMember } from "./family-member.js";
import type { Gathered } from "./gatherer.js";
import type { ChildInput } from "./inputs.js";

/**
 * A child whose whole state machine is one call of a function: as long as all goes well it is the call itself and nothing
 * else, since there may be millions of them. When it does not, or somebody wants to see or to end it, it becomes a whole
 * execution that has got as far as that call (`unfold`).
 */
export class DirectChild extends FamilyMember implements Gathered, DirectCall, Recorded {
  readonly lines: Lines | undefined;
  readonly line: number | undefined;
  readonly startDate: number;
  stopDate = 0;
  output: string | undefined = undefined;
  journalled: object | undefined = undefined;
  readonly #rules: DirectRules;
  /** The call as the execution that stands for it knows it. */
  #request: TaskRequest | undefined = undefined;

  constructor(
    family: Family,
    rules: DirectRules,
    index: number,
    firstItem: number,
    { text, count, lines, line }: ChildInput,
    now: number,
  ) {
    super(family, index, firstItem, count, text);
    this.#rules = rules;
    this.lines = lines;
    this.line = line;
    this.startDate = now;
  }

  // The call.

  get functionName(): string {
    return this.#rules.functionName;
  }

  get timeoutMs(): number | undefined {
    return this.#rules.timeoutMs;
  }

  get payload(): string {
    return this.inputText;
  }

  answered(outcome: InvocationOutcome): TaskRequest | undefined {
    const { histories } = this.#rules;
    const { parent } = this.family;
    if (this.#request === undefined && outcome.kind === "returned" && !exceeds(outcome.payload)) {
      const { payload } = outcome;
      if (histories === null || histories.takes(payload)) {
        this.output = payload;
        this.stopDate = parent.now();
        histories?.ended(this, payload, this.stopDate);
        parent.ended(this);
        return undefined;
      }
    }
    if (this.#request === undefined) parent.unfold(this);
    return this.#request;
  }

  /** The execution that stands for it from now on. */
  unfold(): ChildExecution {
    const { family, index, firstItem, itemCount, inputText, startDate } = this;
    const child = new ChildExecution(family, index, firstItem, itemCount, new JsonText(inputText), startDate);
    child.journalled = this.journalled;
    // What it records until then has been recorded, and the call that it asks for has been made.
    child.muted = true;
    if (child.keepsHistory) child.recordStarted();
    this.#request = step(child.root, ENTER, child) as Effect & TaskRequest;
    child.muted = false;
    return child;
  }

  // The record.

  get weight(): number {
    return 250;
  }

  get arn(): string {
    return this.executionArn;
  }

  get mapRunId(): string {
    return this.family.mapRunId;
  }

  get hasEnded(): boolean {
    return this.output !== undefined;
  }

  get redriveCount(): number {
    return 0;
  }

  get redriveDate(): undefined {
    return undefined;
  }

  get status(): "SUCCEEDED" | "ABORTED" {
    return this.hasEnded ? "SUCCEEDED" : "ABORTED";
  }
}
