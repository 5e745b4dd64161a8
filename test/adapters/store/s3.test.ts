import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import {
  S3Client as Client,
  CreateBucketCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  PutObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { afterAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { type S3Store, s3Store } from "../../../lib/adapters/store/s3.js";
import { loadS3Sdk } from "../../../lib/adapters/store/s3-client.js";
import { localEndpoint } from "../../../lib/aws/local-endpoint.js";
import { ObjectStoreError } from "../../../lib/run/ports.js";
import { type Server, startServer } from "../../../lib/serve/server.js";
import { objectStoreContract } from "../../contracts/object-store.js";
import { temporaryFolders } from "./temporary.js";

const temporary = temporaryFolders();

const connections: { store: S3Store; client: S3Client; server: Server }[] = [];

/** A real endpoint, the real client, and a bucket with these objects. */
async function world(contents: Record<string, Uint8Array> = {}) {
  const server = await startServer({ region: "eu-west-1", data: temporary() });
  vi.stubEnv("AWS_ACCESS_KEY_ID", "test");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "test");
  const store = await s3Store({ endpoint: server.url, region: "eu-west-1" });
  const client = new Client(localEndpoint(server.url, "eu-west-1"));
  connections.push({ store, client, server });
  await client.send(new CreateBucketCommand({ Bucket: "bucket" }));
  for (const [Key, Body] of Object.entries(contents)) {
    await client.send(new PutObjectCommand({ Bucket: "bucket", Key, Body }));
  }
  return { store, client, server };
}

afterAll(async () => {
  vi.unstubAllEnvs();
  for (const { store, client, server } of connections) {
    store.close();
    client.destroy();
    await server.close();
  }
});

async function textOf(store: S3Store, key: string, range?: { start: number; end?: number }): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of (await store.get("bucket", key, range)).body) chunks.push(chunk);
  return Buffer.concat(chunks);
}

describe("keeps the contract of stores", () => {
  objectStoreContract(async (contents) => (await world(contents)).store, {
    "makes the bucket that is written to": "buckets of S3 are made on purpose",
    "knows the version null alone, and the account 000000000000 as the owner": "the endpoint does not look at owners",
  });
});

const MB = 1024 * 1024;

describe("large objects", () => {
  // No two parts are equal.
  const content = Buffer.from(Uint32Array.from({ length: (30 * MB) / 4 }, (_, at) => at).buffer);

  test("are read in parts, which come in order", async () => {
    const { store } = await world({ large: content });
    expect((await textOf(store, "large")).equals(content)).toBe(true);
    expect((await textOf(store, "large", { start: 5, end: 20 * MB })).equals(content.subarray(5, 20 * MB))).toBe(true);
  });

  test("that change while they are read are an error", async () => {
    const { store, client } = await world({ large: content });
    const { body } = await store.get("bucket", "large");
    const reading = (async () => {
      let first = true;
      for await (const _ of body) {
        if (first)
          await client.send(new PutObjectCommand({ Bucket: "bucket", Key: "large", Body: content.subarray(1) }));
        first = false;
      }
    })();
    await expect(reading).rejects.toThrow(/^s3:\/\/bucket\/large was changed while it was read$/);
  });

  test("are written in parts", async () => {
    const { store, client } = await world();
    const writer = await store.put("bucket", "large");
    for (let at = 0; at < content.length; at += MB) await writer.write(content.subarray(at, at + MB));
    expect((await writer.close()).size).toBe(content.length);
    expect((await textOf(store, "large")).equals(content)).toBe(true);
    expect((await client.send(new ListMultipartUploadsCommand({ Bucket: "bucket" }))).Uploads ?? []).toEqual([]);
  });

  test("that are given up leave no part behind", async () => {
    const { store, client } = await world();
    const writer = await store.put("bucket", "large");
    for (let at = 0; at < content.length; at += MB) await writer.write(content.subarray(at, at + MB));
    await writer.abort();
    expect((await client.send(new ListMultipartUploadsCommand({ Bucket: "bucket" }))).Uploads ?? []).toEqual([]);
    await expect(store.head("bucket", "large")).rejects.toMatchObject({ code: "NoSuchKey" });
  });
});

test("more keys than a page of S3 has are all listed", async () => {
  const keys = Array.from({ length: 1100 }, (_, index) => `k/${String(index).padStart(4, "0")}+ é`);
  const { store } = await world(Object.fromEntries(keys.map((key) => [key, Buffer.from("x")])));
  const listed: string[] = [];
  for await (const { key } of store.list("bucket", "k/")) listed.push(key);
  expect(listed).toEqual(keys);
});

test("an object is taken away, once and again", async () => {
  const { store } = await world({ a: Buffer.from("1") });
  await store.remove?.("bucket", "a");
  await store.remove?.("bucket", "a");
  await expect(store.head("bucket", "a")).rejects.toMatchObject({ code: "NoSuchKey" });
});

test("a version that is not there is said to be missing; the version null is there", async () => {
  const { store } = await world({ a: Buffer.from("1") });
  const options = { versionId: "L4kqtJlcpXroDTDmpUMLUo" };
  await expect(store.head("bucket", "a", options)).rejects.toMatchObject({ code: "NoSuchVersion" });
  await expect(store.get("bucket", "a", undefined, options)).rejects.toMatchObject({ code: "NoSuchVersion" });
  expect((await store.head("bucket", "a", { versionId: "null" })).size).toBe(1);
});

test.each([
  ["in one request", false, /^"[0-9a-f]{32}"$/],
  ["in parts", true, /^"[0-9a-f]{32}-1"$/],
])("an object is written %s, with its type", async (_, inParts, etag) => {
  const { store, client } = await world();
  const writer = await store.put("bucket", "a", { contentType: "text/x", inParts });
  const reused = Buffer.from("one");
  await writer.write(reused);
  reused.fill("?");
  await writer.write(" two");
  expect(await writer.close()).toMatchObject({ key: "a", size: 7, etag: expect.stringMatching(etag) });
  expect((await textOf(store, "a")).toString()).toBe("one two");
  expect((await client.send(new HeadObjectCommand({ Bucket: "bucket", Key: "a" }))).ContentType).toBe("text/x");
  const given = await store.put("bucket", "b", { inParts });
  await given.write("never");
  await given.abort();
  await expect(store.head("bucket", "b")).rejects.toMatchObject({ code: "NoSuchKey" });
});

test("a bucket that is not there cannot be written to, which is known at once", async () => {
  const { store } = await world();
  await expect(store.put("nowhere", "a")).rejects.toThrow(/^s3:\/\/nowhere\/a \(eu-west-1\): NoSuchBucket: .*exist/);
});

describe("an answer of S3", () => {
  /** A store whose requests a function answers. */
  async function against(answer: Parameters<typeof createServer>[1]): Promise<S3Store> {
    const server = createServer(answer as never).listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    vi.stubEnv("AWS_ACCESS_KEY_ID", "test");
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", "test");
    const store = await s3Store({
      endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      region: "r",
    });
    onTestFinished(() => {
      store.close();
      server.close();
    });
    return store;
  }

  test("that denies is told with what was asked for, and where", async () => {
    const store = await against((request, response) => {
      const body =
        request.method === "HEAD" ? "" : "<Error><Code>AccessDenied</Code><Message>not you</Message></Error>";
      response.writeHead(403, { "content-type": "application/xml" }).end(body);
    });
    for (const work of [() => store.head("b", "k"), () => store.get("b", "k"), () => store.put("b", "k")]) {
      const error = await work().catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(ObjectStoreError);
      expect(error).toMatchObject({ code: "AccessDenied", message: "s3://b/k (r): AccessDenied: not you" });
    }
    await expect(store.list("b", "p")[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: "AccessDenied" });
  });

  test("that breaks off is asked for again", async () => {
    let asked = 0;
    const store = await against((_request, response) => {
      response.writeHead(206, { "content-length": 6, "content-range": "bytes 0-5/6", etag: '"e"' });
      asked += 1;
      if (asked === 1) response.write("abc", () => response.destroy());
      else response.end("abcdef");
    });
    expect((await textOf(store, "k")).toString()).toBe("abcdef");
    expect(asked).toBe(2);
  });

  test("is asked for as the owner of the bucket wants it", async () => {
    const owners: unknown[] = [];
    const store = await against((request, response) => {
      owners.push(request.headers["x-amz-expected-bucket-owner"]);
      response.writeHead(200, { "content-length": 0, etag: '"e"' }).end();
    });
    const options = { expectedBucketOwner: "111122223333" };
    await store.head("b", "k", options);
    await store.get("b", "k", undefined, options);
    for await (const _ of store.list("b", "", options));
    expect(owners).toEqual(["111122223333", "111122223333", "111122223333"]);
  });
});

describe("the SDK that is not beside fanout", () => {
  const missing = async () => {
    throw Object.assign(new Error("no package"), { code: "ERR_MODULE_NOT_FOUND" });
  };

  test("is that of the project", async () => {
    const sdk = await loadS3Sdk(missing, fileURLToPath(new URL("../../..", import.meta.url)));
    expect(sdk.S3Client.name).toBe("S3Client");
  });

  test("is one line that says what to install, where there is none", async () => {
    await expect(loadS3Sdk(missing, temporary())).rejects.toMatchObject({
      code: "FANOUT_PACKAGE_MISSING",
      message: "the AWS SDK's client of S3 is not installed: npm install @aws-sdk/client-s3",
    });
  });

  test("that is broken is no missing one", async () => {
    const broken = async () => {
      throw new SyntaxError("broken");
    };
    await expect(loadS3Sdk(broken)).rejects.toThrow(SyntaxError);
  });
});

test("credentials that are missing are one line, before anything is read", async () => {
  vi.stubEnv("AWS_ACCESS_KEY_ID", undefined);
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", undefined);
  vi.stubEnv("AWS_EC2_METADATA_DISABLED", "true");
  vi.stubEnv("AWS_SHARED_CREDENTIALS_FILE", "/nowhere");
  vi.stubEnv("AWS_CONFIG_FILE", "/nowhere");
  onTestFinished(() => void vi.unstubAllEnvs());
  await expect(s3Store({ region: "eu-west-1" })).rejects.toMatchObject({
    code: "FANOUT_AWS",
    message: expect.stringMatching(/^no AWS credentials for S3: .*AWS_PROFILE/),
  });
});
