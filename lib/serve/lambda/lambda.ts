import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { ApiError } from "./api-error.js";
import { CodeFolder } from "./code-folder.js";
import { FunctionStore } from "./function-store.js";
import { readBody } from "./http.js";
import type { LambdaContext, LambdaOptions, Reply } from "./operation.js";
import { route } from "./routes.js";

/** The Lambda API of the endpoint. */
export interface Lambda {
  /** Answers a request whose path is one of Lambda's. Never rejects. */
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>;
}

/**
 * Lambda's REST API (2015-03-31) over the functions of a table, run by an invoker. Functions are created with a zip or
 * an object of the store, are active at once and have one version, to which every qualifier leads.
 */
export function createLambda(options: LambdaOptions): Lambda {
  const code = new CodeFolder(options.folder);
  const functions = new FunctionStore(options, code);
  const context: LambdaContext = { options, now: options.now ?? Date.now, functions, code };
  return {
    async handle(request, response) {
      const requestId = randomUUID();
      send(response, requestId, await answer(context, request, requestId));
    },
  };
}

async function answer(context: LambdaContext, request: IncomingMessage, requestId: string): Promise<Reply> {
  try {
    const [path = "/", query] = (request.url ?? "/").split("?", 2);
    const { operation, parameters, largestBody } = route(request.method ?? "GET", path);
    const body = await readBody(request, largestBody);
    const origin = `http://${request.headers.host || "localhost"}`;
    return await operation(context, {
      requestId,
      origin,
      parameters,
      query: new URLSearchParams(query),
      request,
      body,
    });
  } catch (error) {
    return (error instanceof ApiError ? error : ApiError.internal(error)).reply();
  }
}

function send(response: ServerResponse, requestId: string, { status, headers, body = "" }: Reply): void {
  // A caller that has hung up gets nothing.
  if (response.destroyed || response.headersSent) return;
  response.writeHead(status, {
    "content-type": "application/json",
    "x-amzn-requestid": requestId,
    ...(status === 204 ? {} : { "content-length": Buffer.byteLength(body) }),
    ...headers,
  });
  response.end(body);
}
