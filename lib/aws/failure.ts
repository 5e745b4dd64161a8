import { FanoutError } from "../errors.js";

/** What an error of the SDK looks like; which of it is there depends on where it came from. */
interface SdkError {
  readonly name?: string;
  readonly message?: string;
  readonly code?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
  readonly $retryable?: { readonly throttling?: boolean };
}

const THROTTLING = new Set(["ThrottlingException", "Throttling", "TooManyRequestsException", "RequestLimitExceeded"]);

const CONNECTION = new Set([
  ...["ECONNREFUSED", "ECONNRESET", "EPIPE", "ETIMEDOUT", "EHOSTUNREACH", "ENETUNREACH", "ENOTFOUND", "EAI_AGAIN"],
  ...["TimeoutError", "NetworkingError"],
]);

/** What a request that failed means for the next one. */
export type FailureKind =
  /** Asked too often: the next one must wait longer. */
  | "throttled"
  /** The network or the service is out of order: it may work again. */
  | "transient"
  /** Given up by the caller. */
  | "aborted"
  /** The same request will be refused again. */
  | "final";

export function failureKind(error: unknown): FailureKind {
  const { name = "", code = "", $metadata, $retryable } = error as SdkError;
  const status = $metadata?.httpStatusCode ?? 0;
  if (name === "AbortError") return "aborted";
  if (THROTTLING.has(name) || status === 429 || $retryable?.throttling === true) return "throttled";
  if (CONNECTION.has(code) || CONNECTION.has(name) || status >= 500) return "transient";
  return "final";
}

/** Waits for an answer. Throws FANOUT_AWS for a refusal, or the AbortError. */
export async function answerOf<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    throw failureKind(error) === "aborted" ? error : awsError(error);
  }
}

/** An error of the SDK as one line that says what to do. What is none of the SDK's stays as it is. */
export function awsError(error: unknown): Error {
  if (error instanceof FanoutError) return error;
  const { name = "Error", message = "", code = "" } = error as SdkError;
  return new FanoutError("FANOUT_AWS", oneLine(explain(name, code, message)), { cause: error });
}

function explain(name: string, code: string, message: string): string {
  if (name === "CredentialsProviderError" || name === "TokenProviderError") {
    return `no AWS credentials: ${message}; give --profile or AWS_PROFILE, or log in with your AWS tools`;
  }
  if (/^Region is missing/.test(message)) return "no AWS region: give --region or AWS_REGION";
  if (CONNECTION.has(code)) return `Step Functions cannot be reached: ${message || code}`;
  return message === "" || message === name ? name : `${name}: ${message}`;
}

function oneLine(text: string): string {
  return text.replace(/\s*\n\s*/g, " ");
}
