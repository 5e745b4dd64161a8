import { JsonText } from "../json.js";
import { type Signal, type TaskRequest, utf8Length } from "../machine/index.js";
import type { InvocationOutcome } from "./ports.js";

const SDK_INVOKE = "aws-sdk:lambda:invoke";

type Returned = Extract<InvocationOutcome, { kind: "returned" }>;

/** What a Task is told of how its call ended. */
export function signalOf(request: TaskRequest, outcome: InvocationOutcome, requestId: () => string): Signal {
  switch (outcome.kind) {
    case "returned":
      return answered(request, resultOf(request, outcome, requestId));
    case "threw":
      // To the SDK a function that failed is a call that went well.
      if (request.integration === SDK_INVOKE)
        return answered(request, sdkResult(request, outcome.document, { FunctionError: "Unhandled" }));
      return { kind: "taskFailed", error: outcome.errorType, cause: outcome.document };
    case "refused":
      if (request.integration === SDK_INVOKE) return sdkRefusal(outcome.error, outcome.cause, requestId());
      return { kind: "taskFailed", error: outcome.error, cause: outcome.cause };
    case "timedOut":
      return { kind: "taskTimedOut" };
  }
}

/** With a token the answer of the function is not that of the task. */
function answered({ pattern }: TaskRequest, output: JsonText): Signal {
  return { kind: pattern === "waitForTaskToken" ? "taskSubmitted" : "taskSucceeded", output };
}

function resultOf(request: TaskRequest, { payload, logResult }: Returned, requestId: () => string): JsonText {
  if (request.payloadOnly || request.integration === "lambda") return new JsonText(payload);
  if (request.integration === SDK_INVOKE) return sdkResult(request, payload, { LogResult: logResult });
  return new JsonText(envelope(payload, 200, requestId(), executedVersion(request.functionName), logResult));
}

/** The result of an Event or DryRun invocation, which the state does not wait for. */
export function unawaitedResult({ integration, invocationType }: TaskRequest, requestId: string): JsonText {
  const status = invocationType === "DryRun" ? 204 : 202;
  if (integration === SDK_INVOKE) return JsonText.of({ Payload: "", StatusCode: status });
  return new JsonText(envelope("null", status, requestId, undefined));
}

/** What the SDK gives: the payload is text. */
function sdkResult(
  request: TaskRequest,
  payload: string,
  { FunctionError, LogResult }: { FunctionError?: string; LogResult?: string | undefined },
): JsonText {
  return JsonText.of({
    ExecutedVersion: executedVersion(request.functionName),
    ...(FunctionError === undefined ? {} : { FunctionError }),
    ...(LogResult === undefined ? {} : { LogResult }),
    Payload: payload,
    StatusCode: 200,
  });
}

/** The optimised integration and the SDK word the same refusal differently. */
function sdkRefusal(error: string, cause: string, requestId: string): Signal {
  const status = /Status Code: (\d+)/.exec(cause)?.[1] ?? "400";
  const message = cause.replace(/ \(Service: .*$/s, "");
  const tail = `(Service: Lambda, Status Code: ${status}, Request ID: ${requestId}) (SDK Attempt Count: 1)`;
  return { kind: "taskFailed", error, cause: `${message} ${tail}` };
}

/** A version is executed as itself; what an alias leads to is not known, and there is but one version. */
function executedVersion(functionName: string): string {
  return /:(\d+)$/.exec(functionName)?.[1] ?? "$LATEST";
}

/** The metadata that the optimised integration puts around a payload, keys in the order AWS writes them. */
function envelope(
  payload: string,
  status: number,
  requestId: string,
  version: string | undefined,
  logResult?: string,
): string {
  const executed = version === undefined ? "" : `"ExecutedVersion":"${version}",`;
  const log = logResult === undefined ? "" : `"LogResult":"${logResult}",`;
  const shown = version ?? "$LATEST";
  const length = utf8Length(payload);
  const date = "Thu, 01 Jan 1970 00:00:00 GMT";
  return (
    `{${executed}${log}"Payload":${payload},"SdkHttpMetadata":{"AllHttpHeaders":{"X-Amz-Executed-Version":["${shown}"],` +
    `"x-amzn-Remapped-Content-Length":["0"],"Connection":["keep-alive"],"x-amzn-RequestId":["${requestId}"],` +
    `"Content-Length":["${length}"],"Date":["${date}"],"X-Amzn-Trace-Id":["root=1-00000000-000000000000000000000000"],` +
    `"Content-Type":["application/json"]},"HttpHeaders":{"Connection":"keep-alive","Content-Length":"${length}",` +
    `"Content-Type":"application/json","Date":"${date}","X-Amz-Executed-Version":"${shown}",` +
    `"x-amzn-Remapped-Content-Length":"0","x-amzn-RequestId":"${requestId}",` +
    `"X-Amzn-Trace-Id":"root=1-00000000-000000000000000000000000"},"HttpStatusCode":${status}},` +
    `"SdkResponseMetadata":{"RequestId":"${requestId}"},"StatusCode":${status}}`
  );
}
