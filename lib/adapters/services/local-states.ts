import type { JsonObject } from "../../json.js";
import type { Engine } from "../../run/engine.js";
import type { RootExecution } from "../../run/execution.js";

export interface StartExecutionInput {
  readonly stateMachineArn: string;
  readonly name?: string | undefined;
  /** JSON text. Default: `{}`. */
  readonly input?: string | undefined;
  readonly traceHeader?: string | undefined;
}

/** The Step Functions that a state machine calls when it calls Step Functions: those it runs in. */
export interface LocalStates {
  readonly engine: Engine;
  /**
   * Starts an execution, or gives the running one that the same request has started before. Throws StatesError, or an
   * error like it.
   */
  startExecution(request: StartExecutionInput): RootExecution;
  /**
   * Carries out any other operation of the API, such as `DescribeExecution`, members in the API's own casing, times in
   * seconds. Rejects with a StatesError, or an error like it.
   */
  call(operation: string, request: JsonObject): Promise<object>;
}

/** An error of the Step Functions API. */
export class StatesError extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.name = "StatesError";
    this.code = code;
  }
}
