/** An error of S3 that an ObjectStore does not know. */
export class S3Error extends Error {
  readonly code: string;
  /** HTTP status. */
  readonly status: number;
  constructor(code: string, status: number, message: string) {
    super(message);
    this.name = "S3Error";
    this.code = code;
    this.status = status;
  }
}
