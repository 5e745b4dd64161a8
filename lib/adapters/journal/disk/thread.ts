/** An execution whose events are recorded. */
export class Thread {
  readonly number: number;
  /** Of the block that has the texts. */
  epoch = 0;
  /** Where the texts begin that the next events are likely to repeat: input or output, and what was made of it. */
  position = 0;
  text = "";
  earlierPosition = 0;
  earlierText = "";

  constructor(number: number) {
    this.number = number;
  }

  /** Its texts are not where they were said to be. */
  forget(): void {
    this.epoch = 0;
  }
}
