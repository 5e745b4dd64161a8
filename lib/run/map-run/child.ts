import type { JsonText } from "../../json.js";
import { Execution, type ExecutionOutcome } from "../execution.js";
import type { Restored } from "../restore.js";
import { childArn, childName, type Family, labelledMachine } from "./family.js";
import type { Gathered } from "./gatherer.js";

/** What a child goes on from. */
export interface ChildBefore {
  /** Redrives of it, this one included. */
  readonly redriveCount: number;
  /** Undefined when it begins anew. */
  readonly restored: Restored | undefined;
}

/**
 * A child execution of a map run, and its own record of how it ended. Names and ARNs are made when they are asked for:
 * most children are never asked.
 */
export class ChildExecution extends Execution implements Gathered {
  readonly index: number;
  readonly firstItem: number;
  readonly itemCount: number;
  readonly redriveCount: number;
  readonly #family: Family;

  constructor(
    family: Family,
    index: number,
    firstItem: number,
    itemCount: number,
    input: JsonText,
    now: number,
    before?: ChildBefore,
  ) {
    const kind = { type: family.executionType, region: family.region };
    super(family.program, input, kind, now, family.random, family.journal, before?.restored);
    this.redriveCount = before?.redriveCount ?? 0;
    this.#family = family;
    this.index = index;
    this.firstItem = firstItem;
    this.itemCount = itemCount;
  }

  ended(): void {
    this.#family.parent.ended(this);
  }

  get mapRunId(): string {
    return this.#family.mapRunId;
  }

  get name(): string {
    return childName(this.#family, this.index);
  }

  get arn(): string {
    return childArn(this.#family, this.index);
  }

  get roleArn(): string {
    return this.#family.roleArn;
  }

  get stateMachineName(): string {
    return this.#family.stateMachineName;
  }

  get stateMachineArn(): string {
    return labelledMachine(this.#family);
  }

  // The record of the child, for result files.

  get hasEnded(): boolean {
    return this.outcome !== undefined;
  }

  get #end(): ExecutionOutcome {
    return this.outcome ?? { status: "ABORTED" };
  }

  get status(): ExecutionOutcome["status"] {
    return this.#end.status;
  }

  get output(): string | undefined {
    const end = this.#end;
    return end.status === "SUCCEEDED" ? end.output.text : undefined;
  }

  get error(): string | undefined {
    const end = this.#end;
    return end.status === "SUCCEEDED" ? undefined : end.error;
  }

  get cause(): string | undefined {
    const end = this.#end;
    return end.status === "SUCCEEDED" ? undefined : end.cause;
  }

  get inputText(): string {
    return this.input.text;
  }

  get executionArn(): string {
    return this.arn;
  }

  get executionType(): "STANDARD" | "EXPRESS" {
    return this.type;
  }

  get startDate(): number {
    return this.startTime;
  }

  get stopDate(): number {
    return this.stopTime;
  }

  get redriveDate(): number | undefined {
    return this.type === "STANDARD" ? this.redriveTime : undefined;
  }
}
