import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { realClock } from "../adapters/clock/real.js";
import { functionTable } from "../adapters/invoke/functions.js";
import { threadInvoker } from "../adapters/invoke/threads.js";
import { systemRandom } from "../adapters/random.js";
import { fileStore } from "../adapters/store/files.js";
import { StepFunctions } from "./stepfunctions/index.js";
import { operationOf } from "./stepfunctions/json10.js";

export interface ServerOptions {
  /** 0 takes any free port. Default: 0. */
  readonly port?: number | undefined;
  /** Default: 127.0.0.1, which nobody reaches from another machine. */
  readonly host?: string | undefined;
  readonly region?: string | undefined;
}

export interface Server {
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

const ACCOUNT = "000000000000";

export async function startServer({ port = 0, host = "127.0.0.1", region }: ServerOptions = {}): Promise<Server> {
  const place = { region: region ?? "us-east-1", account: ACCOUNT };
  const invoker = threadInvoker({ functions: functionTable([]), ...place });
  const stepFunctions = new StepFunctions({
    ...place,
    clock: realClock(),
    invoker,
    store: fileStore({ root: ".fanout/s3", buckets: {} }),
    random: systemRandom(),
  });
  const answer = (request: IncomingMessage, response: ServerResponse) => {
    if (operationOf(request) !== undefined) return stepFunctions.handle(request, response);
    response.writeHead(501).end();
    return undefined;
  };
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(port, host, resolve);
  });
  const address = server.address() as AddressInfo;
  return {
    url: `http://${host}:${address.port}`,
    port: address.port,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      stepFunctions.close();
      await invoker.close();
    },
  };
}
