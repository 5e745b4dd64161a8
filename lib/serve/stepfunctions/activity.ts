export interface Activity {
  readonly name: string;
  readonly arn: string;
  /** Epoch ms. */
  readonly creationDate: number;
  readonly encryption: object;
  tags: ReadonlyMap<string, string>;
}
