import { childArn, childName, type Family, labelledMachine } from "./family.js";
import type { Gathered } from "./gatherer.js";
import type { EndedChild } from "./prior.js";

/** The record of a child that ended in an earlier process or attempt. Names and ARNs are made when they are asked for. */
export class KeptChild implements Gathered {
  readonly hasEnded = true;
  readonly kept: boolean;
  readonly status: EndedChild["status"];
  readonly output: string | undefined;
  readonly error: string | undefined;
  readonly cause: string | undefined;
  readonly startDate: number;
  readonly stopDate: number;
  readonly redriveCount: number;
  readonly redriveDate: number | undefined;
  readonly index: number;
  readonly firstItem: number;
  readonly itemCount: number;
  readonly inputText: string;
  readonly #family: Family;

  constructor(
    family: Family,
    index: number,
    firstItem: number,
    input: { readonly text: string; readonly count: number },
    { status, output, error, cause, startDate, stopDate, redriveCount = 0, redriveDate, thisAttempt }: EndedChild,
  ) {
    this.#family = family;
    this.index = index;
    this.firstItem = firstItem;
    this.itemCount = input.count;
    this.inputText = input.text;
    this.status = status;
    this.output = output;
    this.error = error;
    this.cause = cause;
    this.startDate = startDate;
    this.stopDate = stopDate;
    this.redriveCount = redriveCount;
    this.redriveDate = redriveDate;
    this.kept = thisAttempt !== true;
  }

  get name(): string {
    return childName(this.#family, this.index);
  }

  get executionArn(): string {
    return childArn(this.#family, this.index);
  }

  get stateMachineArn(): string {
    return labelledMachine(this.#family);
  }

  get executionType(): "STANDARD" | "EXPRESS" {
    return this.#family.executionType;
  }
}
