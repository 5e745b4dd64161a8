import { ObjectStoreError } from "../../run/ports.js";

type Code = ObjectStoreError["code"];

/** What an error of the SDK looks like. */
interface SdkError {
  readonly name?: string;
  readonly message?: string;
  readonly code?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

/** What S3 and the SDK say -> what a store says. */
const CODES: Readonly<Record<string, Code>> = {
  NoSuchBucket: "NoSuchBucket",
  NoSuchKey: "NoSuchKey",
  NotFound: "NoSuchKey",
  NoSuchVersion: "NoSuchVersion",
  AccessDenied: "AccessDenied",
  Forbidden: "AccessDenied",
  AllAccessDisabled: "AccessDenied",
  ExpiredToken: "AccessDenied",
  InvalidAccessKeyId: "AccessDenied",
  SignatureDoesNotMatch: "AccessDenied",
  // What no key or bucket can be called is not there.
  KeyTooLongError: "NoSuchKey",
  InvalidBucketName: "NoSuchBucket",
};

/** An error of the SDK as one of the store: what it was about, in which Region, and what S3 said, on one line. */
export function s3Failure(error: unknown, uri: string, region: string): ObjectStoreError {
  if (error instanceof ObjectStoreError) return error;
  const { name = "Error", message = "", code = "", $metadata } = error as SdkError;
  if (name === "PreconditionFailed" || $metadata?.httpStatusCode === 412) {
    return new ObjectStoreError("InternalError", `${uri} was changed while it was read`, { cause: error });
  }
  const said = (message || code || name).replace(/\s*\n\s*/g, " ");
  const text = said === name || name === "Error" ? said : `${name}: ${said}`;
  return new ObjectStoreError(codeOf(name, message, $metadata?.httpStatusCode), `${uri} (${region}): ${text}`, {
    cause: error,
  });
}

function codeOf(name: string, message: string, status: number | undefined): Code {
  const code = CODES[name];
  if (code !== undefined) return code;
  if (/version id/i.test(message)) return "NoSuchVersion";
  return status === 403 ? "AccessDenied" : "InternalError";
}

/** Whether an answer has no body to say more than its status, as those to HEAD have none. */
export function saysLittle(error: unknown): boolean {
  const { $metadata } = error as SdkError;
  return [400, 403, 404].includes($metadata?.httpStatusCode ?? 0);
}

/** Whether nothing of the wanted range is in the object. */
export function isOutOfRange(error: unknown): boolean {
  const { name, $metadata } = error as SdkError;
  return name === "InvalidRange" || $metadata?.httpStatusCode === 416;
}
