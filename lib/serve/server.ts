import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { environmentOf } from "../definition/load/environment.js";
import { FanoutError } from "../errors.js";
import { openServices, type Services, type ServicesOptions } from "./services.js";
import { operationOf } from "./stepfunctions/json10.js";

export interface ServerOptions extends Omit<ServicesOptions, "region"> {
  /** 0 takes any free port. Default: 0. */
  readonly port?: number | undefined;
  /** Default: 127.0.0.1, which nobody reaches from another machine. */
  readonly host?: string | undefined;
  /** Default: AWS_REGION, AWS_DEFAULT_REGION or us-east-1. */
  readonly region?: string | undefined;
  /** Told of every request when it has been answered. */
  readonly onRequest?: ((request: AnsweredRequest) => void) | undefined;
}

export interface AnsweredRequest {
  /** Such as `StartExecution`, or `PUT /bucket/key`. */
  readonly what: string;
  /** HTTP status. */
  readonly status: number;
  readonly durationMs: number;
}

export interface Server {
  /** Such as `http://127.0.0.1:49152`. */
  readonly url: string;
  readonly port: number;
  readonly region: string;
  /** For what has no operation of the API. */
  readonly services: Services;
  /** Ends executions and workers and writes what is to be kept. Gives what could not be written, if anything. */
  close(): Promise<Error | undefined>;
}

/** The dates that begin the paths of Lambda's API. */
const LAMBDA_PATH = /^\/20\d\d-\d\d-\d\d\//;

/**
 * Starts the endpoint: Step Functions, Lambda and S3 on one port, told apart as AWS clients do it. The Host header says
 * nothing, so that every name of this machine will do. Rejects with FanoutError when the port cannot be had.
 */
export async function startServer(options: ServerOptions = {}): Promise<Server> {
  const { port = 0, host = "127.0.0.1", onRequest } = options;
  const { region } = environmentOf({ region: options.region ?? options.application?.region });
  let services: Services | undefined;
  const server = createServer((request, response) => {
    if (onRequest !== undefined) watch(request, response, onRequest);
    // Before the services are there nobody knows the port.
    if (services === undefined) response.writeHead(503).end();
    else void serve(services, request, response);
  });
  // Answers are small and come in pieces of one write each.
  server.on("connection", (socket) => socket.setNoDelay(true));
  server.keepAliveTimeout = 60_000;
  // An upload takes as long as it takes.
  server.requestTimeout = 0;
  const address = await listen(server, port, host);
  const url = `http://${hostOf(host)}:${address.port}`;
  try {
    services = openServices({ ...options, region }, url);
  } catch (error) {
    server.close();
    throw error;
  }
  const opened = services;
  return {
    url,
    port: address.port,
    region,
    services,
    async close() {
      // What is asked for from now on finds nobody; what is being answered is answered.
      const closed = new Promise((resolve) => server.close(resolve));
      const failure = await opened.close();
      server.closeIdleConnections();
      setTimeout(() => server.closeAllConnections(), ANSWERS_MS).unref();
      await closed;
      return failure;
    },
  };
}

/** Time in ms that answers have to reach their clients when the server ends. */
const ANSWERS_MS = 200;

function serve({ stepFunctions, lambda, s3 }: Services, request: IncomingMessage, response: ServerResponse) {
  if (operationOf(request) !== undefined) return stepFunctions.handle(request, response);
  if (LAMBDA_PATH.test(request.url ?? "")) return lambda.handle(request, response);
  return s3.handle(request, response);
}

function listen(server: ReturnType<typeof createServer>, port: number, host: string): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once("error", (cause: NodeJS.ErrnoException) => {
      const why = cause.code === "EADDRINUSE" ? "is in use; give another --port, or 0 for any" : cause.message;
      reject(new FanoutError("FANOUT_OPTION_INVALID", `port ${port} of ${host} ${why}`, { cause }));
    });
    server.listen(port, host, () => resolve(server.address() as AddressInfo));
  });
}

/** A name under which this machine reaches a server that listens to `host`. */
function hostOf(host: string): string {
  if (host === "0.0.0.0" || host === "::") return "127.0.0.1";
  return host.includes(":") ? `[${host}]` : host;
}

function watch(
  request: IncomingMessage,
  response: ServerResponse,
  onRequest: (request: AnsweredRequest) => void,
): void {
  const began = performance.now();
  const what = operationOf(request) ?? `${request.method} ${(request.url ?? "/").split("?", 1)[0]}`;
  response.once("close", () => onRequest({ what, status: response.statusCode, durationMs: performance.now() - began }));
}
