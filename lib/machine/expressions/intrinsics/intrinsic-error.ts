/** Why a function could not be run. The level that knows the whole expression turns it into a StateFailure. */
export class IntrinsicError extends Error {
  readonly error: string;

  constructor(message: string, error = "States.IntrinsicFailure") {
    super(message);
    this.error = error;
  }
}
