import type { Family } from "./family.js";
import { FamilyMember } from "./family-member.js";
import type { Gathered } from "./gatherer.js";
import type { ChildInput } from "./inputs.js";
import type { EndedChild } from "./prior.js";

/** The record of a child that ended in an earlier process or attempt. */
export class KeptChild extends FamilyMember implements Gathered {
  readonly hasEnded = true;
  readonly kept: boolean;
  readonly endedIn: number | undefined;
  readonly status: EndedChild["status"];
  readonly output: string | undefined;
  readonly error: string | undefined;
  readonly cause: string | undefined;
  readonly startDate: number;
  readonly stopDate: number;
  readonly redriveCount: number;
  readonly redriveDate: number | undefined;

  constructor(family: Family, index: number, firstItem: number, { text, count }: ChildInput, ended: EndedChild) {
    super(family, index, firstItem, count, text);
    const { status, output, error, cause, startDate, stopDate, redriveCount = 0, redriveDate } = ended;
    this.status = status;
    this.output = output;
    this.error = error;
    this.cause = cause;
    this.startDate = startDate;
    this.stopDate = stopDate;
    this.redriveCount = redriveCount;
    this.redriveDate = redriveDate;
    this.kept = ended.thisAttempt !== true;
    this.endedIn = ended.endedIn;
  }
}
