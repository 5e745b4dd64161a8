import type { ServiceOutcome } from "../../run/ports.js";
import type { SdkPackage } from "./sdk-client.js";
import { javaName, type OptimisedService } from "./sdk-names.js";
import { optimisedFailure, sdkFailure } from "./service-error.js";

interface SdkError extends Error {
  readonly $metadata?: { readonly httpStatusCode?: number; readonly requestId?: string };
  readonly hostname?: string;
  readonly code?: string;
}

/** What becomes of an error that a client of the SDK for JavaScript threw. */
export function sdkCallFailure(
  optimised: OptimisedService | undefined,
  sdk: SdkPackage,
  thrown: unknown,
  newRequestId: () => string,
): ServiceOutcome {
  const error = thrown as SdkError;
  const prefix = optimised?.prefix ?? javaName(sdk.name);
  const { httpStatusCode: status, requestId = newRequestId() } = error.$metadata ?? {};
  if (status === undefined) {
    const why = error.code === "ENOTFOUND" ? `${error.hostname}: Name or service not known` : error.message;
    return { kind: "failed", error: `${prefix}.SdkClientException`, cause: `Unable to execute HTTP request: ${why}` };
  }
  const { name: code, message } = error;
  // Errors that are not in the service's model have no class of their own, in any SDK.
  const isModelled = typeof sdk.exports[code] === "function";
  const served = { code, message, status, requestId };
  if (optimised === undefined) return sdkFailure(prefix, { ...served, code: isModelled ? code : `${prefix}Exception` });
  return optimisedFailure(prefix, optimised.service, served, isModelled ? code : optimised.exception);
}
