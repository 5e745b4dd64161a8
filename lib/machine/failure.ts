/**
 * A failure of the state that is being executed, as the States language knows it: an error name that Retry and
 * Catch match on, and a cause text.
 */
export class StateFailure extends Error {
  readonly error: string;
  /** Text for people; absent for a plain States.Timeout. */
  readonly reason: string | undefined;
  constructor(error: string, reason?: string) {
    super(reason ?? error);
    this.name = "StateFailure";
    this.error = error;
    this.reason = reason;
  }
}

/**
 * A mistake in a definition, found when it is compiled. The messages are those AWS gives at creation, without the
 * location, which the caller knows.
 */
export class DefinitionError extends Error {
  /** Path of the field, such as `/States/X/Parameters`, filled in by the level that knows it. */
  readonly path: string;
  constructor(message: string, path = "") {
    super(message);
    this.name = "DefinitionError";
    this.path = path;
  }
}
