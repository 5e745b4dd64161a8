import type { Frame } from "./frame.js";
import type { Pattern, Timing } from "./states/integration.js";

/**
 * What a Task asks for: an integration and its parameters. It is the effect itself, and for a function the invocation
 * too: one object an attempt, since there may be millions of them.
 */
export class TaskRequest {
  readonly kind = "task";
  readonly frame: Frame;
  /**
   * `lambda` for a function called by its ARN, `activity`, or the service integration without its pattern, such as
   * `lambda:invoke`.
   */
  readonly integration: string;
  readonly pattern: Pattern;
  /** ARN or name of the function, for the lambda integrations; otherwise the Resource. */
  readonly functionName: string;
  /** The event for a function; the parameters for other integrations. JSON text. */
  readonly payload: string;
  /** RequestResponse, Event or DryRun. */
  readonly invocationType: string;
  readonly clientContext: string | undefined;
  /** ms; undefined: no limit of the state. */
  readonly timeoutMs: number | undefined;
  /** ms between two signs of life of whoever has the token; undefined: none is expected. */
  readonly heartbeatMs: number | undefined;
  /** True when only the function's own output is wanted, without the metadata of the integration around it. */
  readonly payloadOnly: boolean;
  /** True when the end of the function's log is wanted with its result. */
  readonly withLog: boolean;
  /** False once the driver has answered it: whatever still comes is not for this task any more. */
  open = true;
  /** True once the driver has handed it to a service. */
  served = false;

  constructor(
    frame: Frame,
    integration: string,
    functionName: string,
    payload: string,
    options: {
      pattern?: Pattern;
      invocationType?: unknown;
      clientContext?: unknown;
      timeoutSeconds?: number | undefined;
      heartbeatSeconds?: number | undefined;
      payloadOnly?: boolean;
      withLog?: boolean;
    },
  ) {
    const { invocationType, clientContext, timeoutSeconds, heartbeatSeconds } = options;
    this.frame = frame;
    this.integration = integration;
    this.pattern = options.pattern ?? "requestResponse";
    this.functionName = functionName;
    this.payload = payload;
    this.invocationType = typeof invocationType === "string" ? invocationType : "RequestResponse";
    this.clientContext = typeof clientContext === "string" ? clientContext : undefined;
    this.timeoutMs = timeoutSeconds === undefined ? undefined : timeoutSeconds * 1000;
    this.heartbeatMs = heartbeatSeconds === undefined ? undefined : heartbeatSeconds * 1000;
    this.payloadOnly = options.payloadOnly ?? false;
    this.withLog = options.withLog ?? false;
  }

  get origin() {
    const { execution, state } = this.frame;
    return { execution, stateMachineName: execution.stateMachineName, stateName: state.name };
  }

  get timing(): Timing {
    const { timeoutMs, heartbeatMs } = this;
    return {
      timeoutSeconds: timeoutMs === undefined ? undefined : timeoutMs / 1000,
      heartbeatSeconds: heartbeatMs === undefined ? undefined : heartbeatMs / 1000,
    };
  }
}
