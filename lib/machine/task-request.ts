import type { Frame } from "./frame.js";

/**
 * What a Task asks for: an integration and its parameters. It is the effect itself, and for a function the invocation
 * too: one object an attempt, since there may be millions of them.
 */
export class TaskRequest {
  readonly kind = "task";
  readonly frame: Frame;
  /** `lambda` for a function called by its ARN, otherwise the service integration, such as `lambda:invoke`. */
  readonly integration: string;
  /** ARN or name of the function, for the lambda integrations. */
  readonly functionName: string;
  /** The event for a function; the parameters for other integrations. JSON text. */
  readonly payload: string;
  /** RequestResponse, Event or DryRun. */
  readonly invocationType: string;
  readonly clientContext: string | undefined;
  /** ms; undefined: no limit of the state. */
  readonly timeoutMs: number | undefined;
  /** True when only the function's own output is wanted, without the metadata of the integration around it. */
  readonly payloadOnly: boolean;

  constructor(
    frame: Frame,
    integration: string,
    functionName: string,
    payload: string,
    options: {
      invocationType?: unknown;
      clientContext?: unknown;
      timeoutSeconds?: number | undefined;
      payloadOnly?: boolean;
    },
  ) {
    const { invocationType, clientContext, timeoutSeconds, payloadOnly = false } = options;
    this.frame = frame;
    this.integration = integration;
    this.functionName = functionName;
    this.payload = payload;
    this.invocationType = typeof invocationType === "string" ? invocationType : "RequestResponse";
    this.clientContext = typeof clientContext === "string" ? clientContext : undefined;
    this.timeoutMs = timeoutSeconds === undefined ? undefined : timeoutSeconds * 1000;
    this.payloadOnly = payloadOnly;
  }
}
