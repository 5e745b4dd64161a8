import { FanoutError } from "../errors.js";

/** Options of an AWS SDK client, of whatever service, that reach the endpoint of `fanout serve`. */
export interface LocalEndpoint {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** Step Functions sends StartSyncExecution and TestState to `sync-HOST`, which no local name server knows. */
  readonly disableHostPrefix: true;
  /** S3: buckets are part of the path, not of the host. */
  readonly forcePathStyle: true;
}

/** What the endpoint takes for a signature: anything. */
const CREDENTIALS = { accessKeyId: "test", secretAccessKey: "test" };

/**
 * Options for SDK clients that talk to `fanout serve`:
 *
 *     const client = new SFNClient(localEndpoint());
 *
 * @param endpoint Its URL. Default: AWS_ENDPOINT_URL.
 * @param region Default: AWS_REGION, AWS_DEFAULT_REGION or us-east-1.
 * @throws FanoutError FANOUT_OPTION_INVALID when there is no URL.
 */
export function localEndpoint(endpoint = process.env["AWS_ENDPOINT_URL"] ?? "", region = regionOf()): LocalEndpoint {
  if (endpoint === "") {
    throw new FanoutError(
      "FANOUT_OPTION_INVALID",
      "localEndpoint() needs the URL of fanout serve: give it, or set AWS_ENDPOINT_URL",
    );
  }
  return { endpoint, region, credentials: CREDENTIALS, disableHostPrefix: true, forcePathStyle: true };
}

function regionOf(): string {
  const { AWS_REGION, AWS_DEFAULT_REGION } = process.env;
  return AWS_REGION || AWS_DEFAULT_REGION || "us-east-1";
}
