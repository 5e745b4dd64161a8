import type { ServiceOutcome } from "../../run/ports.js";

/** An error of a service as the service names it, such as `NoSuchKey` or `ExecutionAlreadyExists`. */
export interface ServiceError {
  readonly code: string;
  readonly message: string;
  /** HTTP status. */
  readonly status: number;
  readonly requestId: string;
  /** The second id that S3 gives. */
  readonly extendedRequestId?: string | undefined;
}

type Failed = Extract<ServiceOutcome, { kind: "failed" }>;

/**
 * What an `aws-sdk:` integration makes of an error of the service.
 *
 * @param service Name of the service's client in the SDK for Java, such as `Sfn` or `DynamoDb`.
 */
export function sdkFailure(service: string, error: ServiceError): Failed {
  const { code, message, status, requestId, extendedRequestId } = error;
  const told = `Service: ${service}, Status Code: ${status}, Request ID: ${requestId}`;
  const end =
    extendedRequestId === undefined ? ") (SDK Attempt Count: 1)" : `, Extended Request ID: ${extendedRequestId})`;
  const cause = `${message} (${told}${end}`;
  return { kind: "failed", error: `${service}.${exceptionName(code)}`, cause };
}

/**
 * What an optimised integration makes of it.
 *
 * @param prefix What error names of the integration begin with, such as `StepFunctions`.
 * @param service What the service calls itself, such as `AWSStepFunctions`.
 */
export function optimisedFailure(prefix: string, service: string, error: ServiceError, name = error.code): Failed {
  const { code, message, status, requestId } = error;
  const tail = `(Service: ${service}; Status Code: ${status}; Error Code: ${code}; Request ID: ${requestId}; Proxy: null)`;
  return { kind: "failed", error: `${prefix}.${exceptionName(name)}`, cause: `${message} ${tail}` };
}

export function exceptionName(code: string): string {
  return code.endsWith("Exception") ? code : `${code}Exception`;
}
