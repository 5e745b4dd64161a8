import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { S3Client, type S3ClientConfig } from "@aws-sdk/client-s3";
import { afterAll } from "vitest";
import { createS3, type S3 } from "../../../lib/serve/s3/s3.js";
import { temporaryFolders } from "../../adapters/store/temporary.js";

/** An endpoint of S3 alone, on a port of its own. */
export interface Endpoint {
  readonly url: string;
  readonly root: string;
  readonly s3: S3;
  client(config?: S3ClientConfig): S3Client;
}

/** A function that starts endpoints which are gone after the tests of the file. */
export function endpoints(): (options?: {
  root?: string;
  region?: string;
  now?: () => number;
  buckets?: Record<string, string>;
}) => Promise<Endpoint> {
  const temporary = temporaryFolders();
  const servers: Server[] = [];
  const clients: S3Client[] = [];
  afterAll(async () => {
    for (const client of clients) client.destroy();
    for (const server of servers) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  });
  return async ({ root = temporary(), region = "us-east-1", ...options } = {}) => {
    const s3 = createS3({ root, region, ...options });
    const server = createServer((request, response) => void s3.handle(request, response));
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const client = (config: S3ClientConfig = {}) => {
      const made = new S3Client({
        endpoint: url,
        region,
        forcePathStyle: true,
        credentials: { accessKeyId: "test", secretAccessKey: "test" },
        maxAttempts: 1,
        ...config,
      });
      clients.push(made);
      return made;
    };
    return { url, root, s3, client };
  };
}
