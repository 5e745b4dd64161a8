import { ObjectStoreError } from "../../run/ports.js";

export function noSuchBucket(bucket: string, cause?: unknown): ObjectStoreError {
  return new ObjectStoreError("NoSuchBucket", `The specified bucket does not exist: ${bucket}`, { cause });
}

export function noSuchKey(bucket: string, key: string, cause?: unknown): ObjectStoreError {
  return new ObjectStoreError("NoSuchKey", `The specified key does not exist: s3://${bucket}/${key}`, { cause });
}

/** For an adapter that only reads. */
export function readOnly(bucket: string, key: string): ObjectStoreError {
  return new ObjectStoreError("AccessDenied", `Cannot write s3://${bucket}/${key}: the bucket is read only here`);
}

/** An error of the file system as one of the store. */
export function storeError(error: unknown): ObjectStoreError {
  if (error instanceof ObjectStoreError) return error;
  const { code, message } = error as NodeJS.ErrnoException;
  const denied = code === "EACCES" || code === "EPERM" || code === "EROFS";
  return new ObjectStoreError(denied ? "AccessDenied" : "InternalError", message, { cause: error });
}

/** True when an error of the file system says that there is nothing at a path. */
export function isMissing(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === "ENOENT" || code === "ENOTDIR" || code === "ENAMETOOLONG";
}
