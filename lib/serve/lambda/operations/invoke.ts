import { LogTail } from "../../../adapters/invoke/log-tail.js";
import type { InvocationOutcome } from "../../../run/ports.js";
import { ApiError } from "../api-error.js";
import { versionOf } from "../configuration.js";
import { Constraints } from "../constraints.js";
import type { FunctionRecord } from "../function-record.js";
import { findFunction } from "../function-reference.js";
import { parseJson } from "../http.js";
import type { ApiRequest, LambdaContext, Operation, Reply } from "../operation.js";

/** 1 MB. */
const LARGEST_EVENT = 1_048_576;

export const invoke: Operation = async (context, request) => {
  const { parameters, query, body } = request;
  const invocationType = header(request, "x-amz-invocation-type") ?? "RequestResponse";
  const logType = header(request, "x-amz-log-type") ?? "None";
  const constraints = new Constraints();
  constraints.oneOf("invocationType", invocationType, ["Event", "RequestResponse", "DryRun"]);
  constraints.oneOf("logType", logType, ["None", "Tail"]);
  constraints.check();
  const { record, qualifier } = findFunction(context, parameters[0] ?? "", query.get("Qualifier"));
  if (invocationType === "Event" && body.length > LARGEST_EVENT) throw eventTooLarge(body.length);
  parseJson(body);
  const call = new Call(context, request, record);
  if (invocationType === "DryRun") return { status: 204, headers: executed(record, qualifier) };
  if (invocationType === "Event") {
    // Once, whatever comes of it: there are no retries and no dead letters here.
    void call.run(undefined);
    return { status: 202 };
  }
  const tail = logType === "Tail" ? new LogTail(record.definition, request.requestId) : undefined;
  const outcome = await call.run(tail);
  const log = tail && { "x-amz-log-result": tail.result(outcome, context.now()) };
  return replyOf(outcome, { ...executed(record, qualifier), ...log });
};

/** An invocation that has been checked. */
class Call {
  readonly #context: LambdaContext;
  readonly #record: FunctionRecord;
  readonly #requestId: string;
  readonly #payload: string;
  readonly #clientContext: string | undefined;

  constructor(context: LambdaContext, request: ApiRequest, record: FunctionRecord) {
    this.#context = context;
    this.#record = record;
    this.#requestId = request.requestId;
    this.#payload = request.body.length === 0 ? "{}" : request.body.toString("utf8");
    this.#clientContext = readClientContext(header(request, "x-amz-client-context"));
  }

  run(tail: LogTail | undefined): Promise<InvocationOutcome> {
    return new Promise((resolve) => {
      this.#context.options.invoker.invoke({
        functionName: this.#record.definition.name,
        payload: this.#payload,
        clientContext: this.#clientContext,
        requestId: this.#requestId,
        onOutcome: resolve,
        ...(tail && { onLog: tail.onLog, onFigures: tail.onFigures }),
      });
    });
  }
}

function replyOf(outcome: InvocationOutcome, headers: Record<string, string>): Reply {
  switch (outcome.kind) {
    case "returned":
      return { status: 200, headers, body: outcome.payload };
    case "threw":
      return { status: 200, headers: { ...headers, "x-amz-function-error": "Unhandled" }, body: outcome.document };
    case "refused":
      throw ApiError.refused(outcome.error, outcome.cause);
    case "timedOut":
      throw new ApiError("ServiceException", "the call was given up");
  }
}

function executed(record: FunctionRecord, qualifier: string | undefined): Record<string, string> {
  return { "x-amz-executed-version": versionOf(record, qualifier), "x-amzn-remapped-content-length": "0" };
}

function header({ request }: ApiRequest, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** The JSON text of a client context. */
function readClientContext(base64: string | undefined): string | undefined {
  if (base64 === undefined) return undefined;
  const text = Buffer.from(base64, "base64").toString("utf8");
  try {
    JSON.parse(text);
    return text;
  } catch {
    throw new ApiError("InvalidRequestContentException", "Client context must be a valid Base64-encoded JSON object.");
  }
}

function eventTooLarge(size: number): ApiError {
  const message = `${size} byte payload is too large for the Event invocation type (limit ${LARGEST_EVENT} bytes)`;
  return new ApiError("RequestEntityTooLargeException", message);
}
