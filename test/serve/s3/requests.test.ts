import { existsSync, readdirSync } from "node:fs";
import { type IncomingMessage, type RequestOptions, request } from "node:http";
import { connect } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { CreateBucketCommand } from "@aws-sdk/client-s3";
import fc from "fast-check";
import { XMLValidator } from "fast-xml-parser";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { type Endpoint, endpoints } from "./endpoint.js";

const start = endpoints();
let endpoint: Endpoint;
beforeAll(async () => {
  endpoint = await start();
  await endpoint.client().send(new CreateBucketCommand({ Bucket: "raw" }));
});

interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

/** A request whose path goes out as it is, which fetch would not do. */
async function send(options: RequestOptions, body: string | Buffer = ""): Promise<Answer> {
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    request(endpoint.url, options, resolve).on("error", reject).end(body);
  });
  return { status: answer.statusCode ?? 0, headers: answer.headers, body: await text(answer) };
}
const codeOf = ({ body }: Answer) => /<Code>(\w+)<\/Code>/.exec(body)?.[1];

test("an error is a document that tells what, where, and which request", async () => {
  const answer = await send({ path: "/raw/no%20such?x=1" });
  expect([answer.status, answer.headers["content-type"]]).toEqual([404, "application/xml"]);
  expect(XMLValidator.validate(answer.body)).toBe(true);
  expect(answer.body).toContain(
    "<Code>NoSuchKey</Code><Message>The specified key does not exist.</Message><Key>no such</Key>",
  );
  expect(answer.body).toContain("<Resource>/raw/no%20such</Resource>");
  expect(answer.body).toContain(`<RequestId>${answer.headers["x-amz-request-id"]}</RequestId>`);
});

test("a HEAD that fails has no body", async () => {
  const answer = await send({ method: "HEAD", path: "/raw/none" });
  expect([answer.status, answer.body]).toEqual([404, ""]);
});

test.each([
  ["POST", "/raw", 405, "MethodNotAllowed"],
  ["POST", "/raw/key", 405, "MethodNotAllowed"],
  ["PATCH", "/raw/key", 405, "MethodNotAllowed"],
  ["DELETE", "/", 405, "MethodNotAllowed"],
  ["GET", "/raw?lifecycle", 501, "NotImplemented"],
  ["PUT", "/raw/key?acl", 501, "NotImplemented"],
  ["GET", "/raw/%E0%A4", 400, "InvalidURI"],
  ["GET", "/%ZZ", 400, "InvalidURI"],
  ["GET", `/raw/${"x".repeat(1025)}`, 400, "KeyTooLongError"],
  ["GET", "/raw?list-type=2&max-keys=many", 400, "InvalidArgument"],
  ["PUT", "/raw/key?uploadId=x&partNumber=one", 400, "InvalidArgument"],
  ["PUT", "/raw/key?uploadId=x&partNumber=1", 404, "NoSuchUpload"],
  ["GET", "/raw/key?attributes", 400, "InvalidArgument"],
])("%s %s is %d %s", async (method, path, status, code) => {
  const answer = await send({ method, path });
  expect([answer.status, codeOf(answer)]).toEqual([status, code]);
});

test("what is not implemented is named", async () => {
  expect((await send({ method: "PUT", path: "/raw?replication" })).body).toContain(
    "PUT ?replication is not implemented here",
  );
});

test.each([
  "",
  "no xml",
  "<Delete>",
  "<Delete></Delete>",
  "<Other><Object><Key>a</Key></Object></Other>",
  "<Delete><Object><Key></Key></Object></Delete>",
  "<Delete><Object/></Delete>",
  '<!DOCTYPE d [<!ENTITY a "b">]><Delete><Object><Key>&a;</Key></Object></Delete>',
  `<Delete>${"<Object><Key>a</Key></Object>".repeat(1001)}</Delete>`,
  "x".repeat(5 * 1024 * 1024),
])("a document that says nothing is MalformedXML %#", async (body) => {
  const answer = await send({ method: "POST", path: "/raw?delete" }, body);
  expect([answer.status, codeOf(answer)]).toEqual([400, "MalformedXML"]);
});

describe("bodies", () => {
  const leftovers = () => readdirSync(join(endpoint.root, "raw")).filter((name) => name.startsWith("%~temporary"));

  test("a body of unknown length is refused, and why is told", async () => {
    const answer = await send(
      { method: "PUT", path: "/raw/unknown", headers: { "transfer-encoding": "chunked" } },
      "abc",
    );
    expect([answer.status, codeOf(answer)]).toEqual([501, "NotImplemented"]);
    expect(answer.body).toContain("<Header>Transfer-Encoding</Header>");
  });

  test("a body that is too large is refused before it is sent", async () => {
    const headers = { "content-length": String(6 * 1024 ** 3) };
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const sent = request(endpoint.url, { method: "PUT", path: "/raw/huge", headers }, (got) => {
        resolve(got);
        sent.destroy();
      });
      sent.on("error", reject).flushHeaders();
    });
    expect(answer.statusCode).toBe(400);
  });

  test("a client that goes away in the middle leaves nothing", async () => {
    const { hostname, port } = new URL(endpoint.url);
    const socket = connect(Number(port), hostname);
    socket.write("PUT /raw/half HTTP/1.1\r\nhost: x\r\ncontent-length: 1000000\r\n\r\n");
    socket.write("x".repeat(100_000));
    await vi.waitFor(() => expect(leftovers()).toHaveLength(1));
    socket.destroy();
    await vi.waitFor(() => expect(leftovers()).toEqual([]));
    expect((await send({ method: "HEAD", path: "/raw/half" })).status).toBe(404);
  });

  test("a client that goes away while it reads does no harm", async () => {
    await send({ method: "PUT", path: "/raw/long" }, Buffer.alloc(8 * 1024 * 1024));
    for (let round = 0; round < 5; round++) {
      const { hostname, port } = new URL(endpoint.url);
      const socket = connect(Number(port), hostname);
      socket.write("GET /raw/long HTTP/1.1\r\nhost: x\r\n\r\n");
      await new Promise((resolve) => socket.once("data", resolve));
      socket.destroy();
    }
    expect((await send({ path: "/raw/long" })).body).toHaveLength(8 * 1024 * 1024);
  });

  test("a connection can be used again after a body that was refused", async () => {
    const { Agent } = await import("node:http");
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    for (let round = 0; round < 3; round++) {
      const refused = await send({ method: "PUT", path: "/missing/key", agent }, Buffer.alloc(3_000_000));
      expect(codeOf(refused)).toBe("NoSuchBucket");
      const wrong = await send(
        {
          method: "PUT",
          path: "/raw/k",
          agent,
          headers: { "content-encoding": "aws-chunked", "x-amz-decoded-content-length": "9" },
        },
        Buffer.alloc(3_000_000),
      );
      expect(codeOf(wrong)).toBe("IncompleteBody");
    }
    agent.destroy();
  });

  test("a client that waits for 100 Continue gets it", async () => {
    const status = await new Promise((resolve, reject) => {
      const sent = request(endpoint.url, {
        method: "PUT",
        path: "/raw/waited",
        headers: { expect: "100-continue", "content-length": "3" },
      });
      sent.on("continue", () => sent.end("abc"));
      sent.on("response", (answer) => resolve(answer.resume().statusCode));
      sent.on("error", reject).flushHeaders();
    });
    expect(status).toBe(200);
    expect((await send({ path: "/raw/waited" })).body).toBe("abc");
  });
});

describe("buckets in the host name", () => {
  const host = (name: string) => ({ host: `${name}.localhost:1` });

  test("a bucket is made, written, listed and read", async () => {
    expect((await send({ method: "PUT", path: "/", headers: host("virtual") })).status).toBe(200);
    expect((await send({ method: "PUT", path: "/raw/x", headers: host("virtual") }, "v")).status).toBe(200);
    expect((await send({ path: "/?list-type=2", headers: host("virtual.s3") })).body).toContain("<Key>raw/x</Key>");
    expect((await send({ path: "/virtual/raw/x" })).body).toBe("v");
    expect((await send({ path: "/raw/x", headers: host("virtual.s3.us-east-1") })).body).toBe("v");
  });

  test("a bucket whose name ends in s3 is that bucket", async () => {
    await send({ method: "PUT", path: "/", headers: host("logs-s3") });
    await send({ method: "PUT", path: "/k", headers: host("logs-s3") }, "l");
    expect((await send({ path: "/logs-s3/k" })).body).toBe("l");
  });

  test("any other name is an address of the service", async () => {
    await send({ method: "PUT", path: "/raw/styled" }, "p");
    for (const name of ["s3", "s3.us-east-1", "anything"]) {
      expect((await send({ path: "/raw/styled", headers: host(name) })).body).toBe("p");
      expect((await send({ path: "/", headers: host(name) })).body).toContain("<ListAllMyBucketsResult");
    }
  });
});

test("a presigned URL carries metadata in its query", async () => {
  await send({ method: "PUT", path: "/raw/presigned?X-Amz-Signature=x&x-amz-meta-a=1&x-id=PutObject" }, "x");
  expect((await send({ path: "/raw/presigned?X-Amz-Signature=x" })).headers["x-amz-meta-a"]).toBe("1");
});

test("any path, method and query is answered, and by no 500", async () => {
  const piece = fc.oneof(
    fc.constantFrom(
      "raw",
      "..",
      "%2e%2e",
      "",
      "a",
      "%00",
      "%ff",
      "uploads",
      "?",
      "&",
      "=",
      "uploadId",
      "delete",
      "tagging",
      "acl",
    ),
    fc.string({ unit: fc.constantFrom("a", "%", "2", "/", "?", "&", "=", ";", "+", "."), maxLength: 6 }),
  );
  // A bucket with an object stays, whatever is asked.
  expect((await send({ method: "PUT", path: "/raw/stays" })).status).toBe(200);
  const method = fc.constantFrom("GET", "PUT", "HEAD", "POST", "DELETE", "OPTIONS", "PATCH");
  await fc.assert(
    fc.asyncProperty(
      method,
      fc.array(piece, { maxLength: 6 }),
      fc.string({ maxLength: 20 }),
      async (method, path, body) => {
        const answer = await send({ method, path: `/${path.join("/")}` }, body);
        expect(answer.status).toBeLessThan(502);
        expect(answer.status).not.toBe(500);
        if (answer.headers["content-type"] === "application/xml" && method !== "HEAD") {
          expect(XMLValidator.validate(answer.body)).toBe(true);
        }
      },
    ),
    { numRuns: 300 },
  );
  expect(existsSync(join(endpoint.root, "raw"))).toBe(true);
});
