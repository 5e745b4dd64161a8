import { childArn, childName, type Family, labelledMachine } from "./family.js";

/** What the record of a child has of its place in a map run. Names and ARNs are made when they are asked for. */
export class FamilyMember {
  readonly index: number;
  readonly firstItem: number;
  readonly itemCount: number;
  readonly inputText: string;
  protected readonly family: Family;

  constructor(family: Family, index: number, firstItem: number, itemCount: number, inputText: string) {
    this.family = family;
    this.index = index;
    this.firstItem = firstItem;
    this.itemCount = itemCount;
    this.inputText = inputText;
  }

  get name(): string {
    return childName(this.family, this.index);
  }

  get executionArn(): string {
    return childArn(this.family, this.index);
  }

  get stateMachineArn(): string {
    return labelledMachine(this.family);
  }

  get executionType(): "STANDARD" | "EXPRESS" {
    return this.family.executionType;
  }
}
