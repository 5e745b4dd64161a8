import type { SFNClient } from "@aws-sdk/client-sfn";
import { withoutHostPrefix } from "./host-prefix.js";
import { loadSdk } from "./sdk.js";

/** What is left out is found where every AWS tool looks for it: environment, profile, instance. */
export interface ConnectOptions {
  readonly region?: string | undefined;
  /** Name of a profile of the AWS configuration files. */
  readonly profile?: string | undefined;
  /** URL of a service that stands for AWS, such as that of `fanout serve`. */
  readonly endpoint?: string | undefined;
  /** How often a request is tried. Default: that of the SDK, 3. */
  readonly maxAttempts?: number | undefined;
}

/** A client of Step Functions. Throws FANOUT_PACKAGE_MISSING when the SDK's is not installed. */
export async function connect(options: ConnectOptions = {}): Promise<SFNClient> {
  const { SFNClient } = await loadSdk();
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  return withoutHostPrefix(new SFNClient(Object.fromEntries(given)));
}
