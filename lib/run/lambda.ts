import { JsonText } from "../json.js";
import { type Signal, type TaskRequest, utf8Length } from "../machine/index.js";
import type { InvocationOutcome } from "./ports.js";

/** What a Task is told of how its call ended. */
export function signalOf(request: TaskRequest, outcome: InvocationOutcome, requestId: () => string): Signal {
  switch (outcome.kind) {
    case "returned":
      return { kind: "taskSucceeded", output: resultOf(request, outcome.payload, requestId) };
    case "threw":
      return { kind: "taskFailed", error: outcome.errorType, cause: outcome.document };
    case "refused":
      return { kind: "taskFailed", error: outcome.error, cause: outcome.cause };
    case "timedOut":
      return { kind: "taskTimedOut" };
  }
}

function resultOf(request: TaskRequest, payload: string, requestId: () => string): JsonText {
  if (request.payloadOnly || request.integration === "lambda") return new JsonText(payload);
  return new JsonText(envelope(payload, 200, requestId()));
}

/** The result of an Event or DryRun invocation, which the state does not wait for. */
export function unawaitedResult(invocationType: string, requestId: string): JsonText {
  return new JsonText(envelope("null", invocationType === "DryRun" ? 204 : 202, requestId));
}

/** The metadata that the optimised integration puts around a payload, keys in the order AWS writes them. */
function envelope(payload: string, status: number, requestId: string): string {
  const executed = status === 200 ? `"ExecutedVersion":"$LATEST",` : "";
  const length = utf8Length(payload);
  const date = "Thu, 01 Jan 1970 00:00:00 GMT";
  return (
    `{${executed}"Payload":${payload},"SdkHttpMetadata":{"AllHttpHeaders":{"X-Amz-Executed-Version":["$LATEST"],` +
    `"x-amzn-Remapped-Content-Length":["0"],"Connection":["keep-alive"],"x-amzn-RequestId":["${requestId}"],` +
    `"Content-Length":["${length}"],"Date":["${date}"],"X-Amzn-Trace-Id":["root=1-00000000-000000000000000000000000"],` +
    `"Content-Type":["application/json"]},"HttpHeaders":{"Connection":"keep-alive","Content-Length":"${length}",` +
    `"Content-Type":"application/json","Date":"${date}","X-Amz-Executed-Version":"$LATEST",` +
    `"x-amzn-Remapped-Content-Length":"0","x-amzn-RequestId":"${requestId}",` +
    `"X-Amzn-Trace-Id":"root=1-00000000-000000000000000000000000"},"HttpStatusCode":${status}},` +
    `"SdkResponseMetadata":{"RequestId":"${requestId}"},"StatusCode":${status}}`
  );
}
