import { ObjectStoreError } from "../../run/ports.js";
import { invalidParameter } from "./api-error.js";
import type { Input } from "./input.js";
import type { LambdaContext } from "./operation.js";

/** What the store says, in the words of S3. */
const STORE_ERRORS: Readonly<Record<string, string>> = {
  NoSuchBucket: "The specified bucket does not exist",
  NoSuchKey: "The specified key does not exist.",
  AccessDenied: "Access Denied",
};

/** The zip that a request brings or points to. Throws InvalidParameterValueException when there is none. */
export async function readZip(context: LambdaContext, code: Input): Promise<Uint8Array> {
  const zip = code.string("ZipFile");
  const bucket = code.string("S3Bucket");
  const key = code.string("S3Key");
  if (code.string("ImageUri") !== undefined) {
    throw invalidParameter("container images cannot run on this machine: send a .zip file archive");
  }
  if (zip !== undefined && (bucket !== undefined || key !== undefined)) {
    throw invalidParameter("Please do not provide other FunctionCode parameters when providing a ZipFile.");
  }
  if (zip !== undefined) return Buffer.from(zip, "base64");
  if (bucket === undefined || key === undefined) throw invalidParameter("Please provide a source for function code.");
  return readObject(context, bucket, key);
}

async function readObject({ options }: LambdaContext, bucket: string, key: string): Promise<Uint8Array> {
  if (options.store === undefined) throw invalidParameter("there is no S3 on this endpoint: send the code as ZipFile");
  try {
    const { body } = await options.store.get(bucket, key);
    const chunks: Uint8Array[] = [];
    for await (const chunk of body) chunks.push(chunk);
    return Buffer.concat(chunks);
  } catch (error) {
    if (!(error instanceof ObjectStoreError)) throw error;
    const message = STORE_ERRORS[error.code] ?? error.message;
    throw invalidParameter(
      `Error occurred while GetObject. S3 Error Code: ${error.code}. S3 Error Message: ${message}`,
    );
  }
}
