import { createHash } from "node:crypto";
import type { JsonText } from "../../json.js";
import type { Program } from "../../machine/index.js";
import { Execution, type ExecutionOutcome } from "../execution.js";
import type { Journal, Random } from "../ports.js";
import type { Gathered } from "./gatherer.js";

/** What all children of a map run share. */
export interface Family {
  readonly program: Program;
  readonly executionType: "STANDARD" | "EXPRESS";
  readonly region: string;
  readonly account: string;
  readonly roleArn: string;
  readonly stateMachineName: string;
  /** The map run's label, its own or the one made for it. */
  readonly label: string;
  readonly mapRunId: string;
  readonly random: Random;
  readonly journal: Journal | null;
  childEnded(child: ChildExecution): void;
}

/**
 * A child execution of a map run, and its own record of how it ended. Names and ARNs are made when they are asked for:
 * most children are never asked.
 */
export class ChildExecution extends Execution implements Gathered {
  readonly index: number;
  readonly firstItem: number;
  readonly itemCount: number;
  readonly redriveCount = 0;
  readonly #family: Family;

  constructor(family: Family, index: number, firstItem: number, itemCount: number, input: JsonText, now: number) {
    const kind = { type: family.executionType, region: family.region };
    super(family.program, input, kind, now, family.random, family.journal);
    this.#family = family;
    this.index = index;
    this.firstItem = firstItem;
    this.itemCount = itemCount;
  }

  ended(): void {
    this.#family.childEnded(this);
  }

  get name(): string {
    return nameUuid(`${this.#family.mapRunId}/${this.index}`);
  }

  get arn(): string {
    const { region, account, stateMachineName: machine, label, mapRunId } = this.#family;
    const path = `${machine}/${label}:${this.name}`;
    if (this.type === "STANDARD") return `arn:aws:states:${region}:${account}:execution:${path}`;
    return `arn:aws:states:${region}:${account}:express:${path}:${nameUuid(`${mapRunId}/${this.index}/express`)}`;
  }

  get roleArn(): string {
    return this.#family.roleArn;
  }

  get stateMachineName(): string {
    return this.#family.stateMachineName;
  }

  get stateMachineArn(): string {
    const { region, account, stateMachineName, label } = this.#family;
    return `arn:aws:states:${region}:${account}:stateMachine:${stateMachineName}/${label}`;
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
}

/** A version 3 (name based) UUID, as AWS gives labels and children. */
export function nameUuid(name: string): string {
  const hash = createHash("md5").update(name).digest();
  hash[6] = ((hash[6] ?? 0) & 0x0f) | 0x30;
  hash[8] = ((hash[8] ?? 0) & 0x3f) | 0x80;
  const hex = hash.toString("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
