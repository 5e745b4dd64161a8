import type { Reply } from "./operation.js";

/** Status codes of the errors that are thrown here, as the service model gives them. */
const STATUS = {
  AccessDeniedException: 403,
  InvalidParameterValueException: 400,
  InvalidRequestContentException: 400,
  PreconditionFailedException: 412,
  RequestEntityTooLargeException: 413,
  ResourceConflictException: 409,
  ResourceNotFoundException: 404,
  SerializationException: 400,
  ServiceException: 500,
  TooManyRequestsException: 429,
  UnknownOperationException: 404,
  ValidationException: 400,
} as const;

export type ApiErrorCode = keyof typeof STATUS;

/** These have a `Message`, all others a `message`. */
const CAPITAL = new Set<ApiErrorCode>(["AccessDeniedException", "ResourceNotFoundException", "ServiceException"]);
/** These come from before the service itself and do not say whose fault they are. */
const UNTYPED = new Set<ApiErrorCode>(["AccessDeniedException", "SerializationException", "ValidationException"]);

/** An error as Lambda's API answers it. */
export class ApiError extends Error {
  readonly code: ApiErrorCode;

  constructor(code: ApiErrorCode, message: string) {
    super(message);
    this.name = "ApiError";
    this.code = code;
  }

  /** Whatever was thrown that should not have been. */
  static internal(error: unknown): ApiError {
    return new ApiError("ServiceException", error instanceof Error ? error.message : String(error));
  }

  /** A refusal of the invoker, `Lambda.` and the code. */
  static refused(error: string, cause: string): ApiError {
    const code = error.replace(/^Lambda\./, "");
    const message = cause.replace(/ \(Service: AWSLambda;.*$/, "");
    return new ApiError(code in STATUS ? (code as ApiErrorCode) : "ServiceException", message);
  }

  reply(): Reply {
    const { code, message } = this;
    const type = UNTYPED.has(code) ? {} : { Type: code === "ServiceException" ? "Service" : "User" };
    const body = { ...type, [CAPITAL.has(code) ? "Message" : "message"]: message };
    return { status: STATUS[code], headers: { "x-amzn-errortype": code }, body: JSON.stringify(body) };
  }
}

export function invalidParameter(message: string): ApiError {
  return new ApiError("InvalidParameterValueException", message);
}

export function notFound(arn: string): ApiError {
  return new ApiError("ResourceNotFoundException", `Function not found: ${arn}`);
}
