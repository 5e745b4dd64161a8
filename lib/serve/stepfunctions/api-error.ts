type ValidationReason = "API_DOES_NOT_SUPPORT_LABELED_ARNS" | "CANNOT_UPDATE_COMPLETED_MAP_RUN";

/** An error that the caller of an operation is answered with. `code` is the name SDKs give the exception. */
export class ApiError extends Error {
  readonly code: string;
  /** HTTP status. */
  readonly status: number;
  /** What a ValidationException is about; only some say so. */
  readonly reason: ValidationReason | undefined;

  constructor(code: string, message: string, status = 400, reason?: ValidationReason) {
    super(message);
    this.name = "ApiError";
    this.code = code;
    this.status = status;
    this.reason = reason;
  }
}

export const invalidArn = (reason: string) => new ApiError("InvalidArn", `Invalid Arn: '${reason}'`);
export const invalid = (message: string, reason?: ValidationReason) =>
  new ApiError("ValidationException", message, 400, reason);
export const notFound = (arn: string) => new ApiError("ResourceNotFound", `Resource not found: '${arn}'`);
export const noStateMachine = (arn: string) =>
  new ApiError("StateMachineDoesNotExist", `State Machine Does Not Exist: '${arn}'`);
export const noExecution = (arn: string) => new ApiError("ExecutionDoesNotExist", `Execution Does Not Exist: '${arn}'`);
export const noActivity = (arn: string) => new ApiError("ActivityDoesNotExist", `Activity Does Not Exist: '${arn}'`);
export const typeNotSupported = () =>
  new ApiError("StateMachineTypeNotSupported", "This operation is not supported by this type of state machine");
export const deleting = (arn: string) =>
  new ApiError("StateMachineDeleting", `State Machine is being deleted: '${arn}'`);
