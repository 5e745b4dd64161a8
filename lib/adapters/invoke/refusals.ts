import type { InvocationOutcome } from "../../run/ports.js";
import { qualifiedArn } from "./functions.js";

export type RefusedOutcome = Extract<InvocationOutcome, { kind: "refused" }>;

/** No such function, in the words of the service. */
export function functionNotFound(
  nameOrArn: string,
  place: { readonly region: string; readonly account: string },
  requestId: string,
): RefusedOutcome {
  const arn = qualifiedArn(nameOrArn, place.region, place.account);
  const cause = `Function not found: ${arn} ${tail(404, "ResourceNotFoundException", requestId)}`;
  return { kind: "refused", error: "Lambda.ResourceNotFoundException", cause };
}

/** The payload is not JSON. `reason` is what the parser said. */
export function invalidRequestContent(reason: string, requestId: string): RefusedOutcome {
  const cause = `Could not parse request body into json: ${reason} ${tail(400, "InvalidRequestContentException", requestId)}`;
  return { kind: "refused", error: "Lambda.InvalidRequestContentException", cause };
}

/** The refusal of a payload that is not JSON. */
export function notJson(payload: string, requestId: string): RefusedOutcome {
  try {
    JSON.parse(payload);
  } catch (error) {
    return invalidRequestContent((error as Error).message, requestId);
  }
  return invalidRequestContent("the payload is not JSON", requestId);
}

function tail(status: number, code: string, requestId: string): string {
  return `(Service: AWSLambda; Status Code: ${status}; Error Code: ${code}; Request ID: ${requestId}; Proxy: null)`;
}
