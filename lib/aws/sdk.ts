import { FanoutError } from "../errors.js";

export type Sdk = typeof import("@aws-sdk/client-sfn");

/**
 * The SDK's client of Step Functions, loaded when it is first needed: it is an optional peer dependency, and a run on this
 * machine needs none of it. Throws FANOUT_PACKAGE_MISSING.
 */
export async function loadSdk(load: () => Promise<Sdk> = () => import("@aws-sdk/client-sfn")): Promise<Sdk> {
  try {
    return await load();
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== "ERR_MODULE_NOT_FOUND") throw cause;
    const message = "the AWS SDK's client of Step Functions is not installed: npm install @aws-sdk/client-sfn";
    throw new FanoutError("FANOUT_PACKAGE_MISSING", message, { cause });
  }
}

/** Options of a request that may be given up. */
export function abortable(abortSignal: AbortSignal | undefined): { abortSignal?: AbortSignal } {
  return abortSignal === undefined ? {} : { abortSignal };
}
