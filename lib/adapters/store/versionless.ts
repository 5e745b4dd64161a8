import { ObjectStoreError, type ReadOptions } from "../../run/ports.js";

/** The account of buckets that no AWS account owns. */
const LOCAL_ACCOUNT = "000000000000";

/**
 * Checks what a reading asks of a store whose objects have no versions, and whose buckets all belong to one account.
 * Throws ObjectStoreError.
 *
 * @param key Absent: a bucket is listed.
 */
export function checkRead(
  options: ReadOptions | undefined,
  bucket: string,
  key?: string,
  account: string = LOCAL_ACCOUNT,
): void {
  if (options === undefined) return;
  const { versionId = "null", expectedBucketOwner = account } = options;
  if (expectedBucketOwner !== account) {
    const why = `the bucket ${bucket} belongs to the account ${account}, not to ${expectedBucketOwner}`;
    throw new ObjectStoreError("AccessDenied", `Access Denied: ${why}`);
  }
  if (key !== undefined && versionId !== "null") {
    const why = `s3://${bucket}/${key} has no version ${versionId}`;
    throw new ObjectStoreError("NoSuchVersion", `The specified version does not exist: ${why}`);
  }
}
