import { Agent, request } from "node:http";
import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { arnOf, type Endpoint, endpoints, ROLE } from "./endpoint.js";
import { codeOf } from "./zip.js";

const start = endpoints();
let endpoint: Endpoint;
beforeEach(async () => {
  endpoint = await start({ backend: "event-loop" });
});

const FUNCTIONS = "/2015-03-31/functions";
const create = { FunctionName: "f", Runtime: "nodejs24.x", Handler: "index.handler", Role: ROLE };

async function send(method: string, path: string, body?: unknown) {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const response = await fetch(endpoint.url + path, body === undefined ? { method } : { method, body: text });
  const answer = await response.text();
  return { status: response.status, headers: response.headers, text: answer };
}

describe("an answer", () => {
  it("has the request id, and the error its type, as headers", async () => {
    const { status, headers, text } = await send("GET", `${FUNCTIONS}/f`);
    expect(status).toBe(404);
    expect(headers.get("x-amzn-errortype")).toBe("ResourceNotFoundException");
    expect(headers.get("x-amzn-requestid")).toMatch(/^[0-9a-f-]{36}$/);
    expect(headers.get("content-type")).toBe("application/json");
    expect(JSON.parse(text)).toEqual({ Type: "User", Message: `Function not found: ${arnOf("f")}` });
  });

  it("of an invocation is the payload and nothing around it", async () => {
    await send("POST", `${FUNCTIONS}/`, {
      ...create,
      Code: { ZipFile: codeOf("async (e) => [e]").toString("base64") },
    });
    const { status, headers, text } = await send("POST", `/2020-06-30/functions/f/invocations`, ' { "a" : 1 } ');
    expect([status, text]).toEqual([200, '[{"a":1}]']);
    expect(headers.get("x-amz-executed-version")).toBe("$LATEST");
    expect(headers.get("x-amz-function-error")).toBeNull();
  });
});

describe("a request is refused", () => {
  it.each([
    ["{", 400, "InvalidRequestContentException"],
    ["[]", 400, "SerializationException"],
    ["null", 400, "SerializationException"],
    ['{"FunctionName":1}', 400, "SerializationException"],
    ['{"FunctionName":"f","Timeout":"3"}', 400, "SerializationException"],
    ['{"FunctionName":"f","Environment":{"Variables":{"A":1}}}', 400, "SerializationException"],
    ["{}", 400, "ValidationException"],
    ["", 400, "ValidationException"],
    ['{"FunctionName":"f"}', 400, "ValidationException"],
  ])("with the body %j", async (body, status, type) => {
    const reply = await send("POST", FUNCTIONS, body);
    expect([reply.status, reply.headers.get("x-amzn-errortype")]).toEqual([status, type]);
    expect(JSON.parse(reply.text)).toHaveProperty("message");
  });

  it("that lacks members says which", async () => {
    expect(JSON.parse((await send("POST", FUNCTIONS, { FunctionName: "f" })).text)).toEqual({
      message:
        "2 validation errors detected: Value null at 'role' failed to satisfy constraint: Member must not be null; Value null at 'code' failed to satisfy constraint: Member must not be null",
    });
  });

  it.each([
    ["PATCH", FUNCTIONS],
    ["GET", `${FUNCTIONS}/f/nothing`],
    ["GET", `${FUNCTIONS}/f/code/more`],
    ["GET", "/2015-03-31/event-source-mappings"],
    ["GET", "/functions"],
    ["GET", "//"],
    ["GET", "/2015-03-31/constructor"],
  ])("for %s %s, which is no operation", async (method, path) => {
    const { status, headers } = await send(method, path);
    expect([status, headers.get("x-amzn-errortype")]).toEqual([404, "UnknownOperationException"]);
  });

  it("with a path that is not percent-encoded", async () => {
    expect((await send("GET", `${FUNCTIONS}/%E0%A4%A`)).headers.get("x-amzn-errortype")).toBe("SerializationException");
  });

  it("of more than a zip of 50 MB needs, and goes on after it", async () => {
    const { status, headers, text } = await send("POST", FUNCTIONS, "x".repeat(70_167_212));
    expect([status, headers.get("x-amzn-errortype")]).toEqual([413, "RequestEntityTooLargeException"]);
    expect(text).toContain("Request must be smaller than 70167211 bytes for the CreateFunction operation");
    expect((await send("GET", FUNCTIONS)).text).toBe('{"Functions":[]}');
  });
});

it("a caller that hangs up leaves the endpoint as it was", async () => {
  const { port } = new URL(endpoint.url);
  await new Promise<void>((resolve) => {
    const options = { port, method: "POST", path: FUNCTIONS, headers: { "content-length": 100 }, agent: new Agent() };
    const call = request(options).on("error", () => resolve());
    call.write("{");
    setTimeout(() => call.destroy(new Error("gone")), 20);
  });
  expect((await send("GET", FUNCTIONS)).status).toBe(200);
});

it("whatever is sent, the endpoint answers, and it never is its own fault", async () => {
  await send("POST", FUNCTIONS, { ...create, Code: { ZipFile: codeOf("async () => 1").toString("base64") } });
  const method = fc.constantFrom("GET", "POST", "PUT", "DELETE");
  const word = fc.oneof(
    fc.constantFrom("f", "g", "code", "configuration", "policy", "versions", "aliases", "tags", "package.zip", "%00"),
    fc.webSegment(),
  );
  const query = fc.constantFrom("", "?Qualifier=1", "?Qualifier=", "?MaxItems=x", "?Marker=%ff", "?%", "?a?b");
  const body = fc.oneof(
    fc.json(),
    fc.string(),
    fc
      .record({ FunctionName: fc.jsonValue(), Code: fc.jsonValue(), Environment: fc.jsonValue(), Tags: fc.jsonValue() })
      .map((members) => JSON.stringify({ ...create, ...members })),
  );
  await fc.assert(
    fc.asyncProperty(method, fc.array(word, { maxLength: 4 }), query, body, async (verb, words, search, text) => {
      const path = [FUNCTIONS, ...words].join("/") + search;
      const { status } = await send(verb, path, verb === "GET" ? undefined : text);
      expect(status).toBeGreaterThanOrEqual(200);
      expect(status).toBeLessThan(500);
    }),
    { numRuns: 300 },
  );
});
