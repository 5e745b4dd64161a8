import type { S3Client } from "@aws-sdk/client-s3";
import { FanoutError } from "../../errors.js";
import { loadSdkPackage } from "../services/sdk-client.js";

export type S3Sdk = typeof import("@aws-sdk/client-s3");

/** What is left out is found where every AWS tool looks for it: environment, profile, instance. */
export interface S3Connection {
  readonly region?: string | undefined;
  /** Name of a profile of the AWS configuration files. */
  readonly profile?: string | undefined;
  /** URL of a service that stands for S3. Default: AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL, then AWS. */
  readonly endpoint?: string | undefined;
}

export interface ConnectedS3 {
  readonly sdk: S3Sdk;
  readonly client: S3Client;
}

/**
 * A client of S3 that has credentials and a region. The SDK's is an optional peer dependency: it is loaded when it is
 * first needed, from beside fanout or from the project in the working directory. Throws FANOUT_PACKAGE_MISSING or
 * FANOUT_AWS.
 */
export async function connectS3({ region, profile, endpoint }: S3Connection = {}): Promise<ConnectedS3> {
  const sdk = await loadS3Sdk();
  const client = new sdk.S3Client({
    ...(region === undefined ? {} : { region }),
    ...(profile === undefined ? {} : { profile }),
    ...(endpoint === undefined ? {} : { endpoint }),
    // The names of buckets are hosts at AWS only.
    forcePathStyle: isElsewhere(endpoint ?? process.env["AWS_ENDPOINT_URL_S3"] ?? process.env["AWS_ENDPOINT_URL"]),
    followRegionRedirects: true,
  });
  try {
    await client.config.credentials();
    await client.config.region();
  } catch (cause) {
    client.destroy();
    throw notConnected(cause);
  }
  return { sdk, client };
}

function isElsewhere(endpoint: string | undefined): boolean {
  return endpoint !== undefined && endpoint !== "" && !/\.amazonaws\.com(?:\.cn)?(?::\d+)?\/?$/.test(endpoint);
}

/** @param folder The project whose SDK is taken where fanout has none beside it. */
export async function loadS3Sdk(
  load: () => Promise<S3Sdk> = () => import("@aws-sdk/client-s3"),
  folder = process.cwd(),
): Promise<S3Sdk> {
  try {
    return await load();
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== "ERR_MODULE_NOT_FOUND") throw cause;
    const found = await loadSdkPackage("s3", folder);
    if (found !== undefined) return found.exports as S3Sdk;
    const message = "the AWS SDK's client of S3 is not installed: npm install @aws-sdk/client-s3";
    throw new FanoutError("FANOUT_PACKAGE_MISSING", message, { cause });
  }
}

function notConnected(cause: unknown): FanoutError {
  const text = (cause instanceof Error ? cause.message : String(cause)).replace(/\s*\n\s*/g, " ");
  const message = /^Region is missing/.test(text)
    ? "no AWS region: set AWS_REGION"
    : `no AWS credentials for S3: ${text}; set AWS_PROFILE, or log in with your AWS tools`;
  return new FanoutError("FANOUT_AWS", message, { cause });
}
