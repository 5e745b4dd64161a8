import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { arnOf, endpoints, refusal } from "./endpoint.js";

const start = endpoints();

describe.each(["threads", "event-loop"] as const)("a function on %s", (backend) => {
  it("is called with the event and the context of the request", async () => {
    const { create, call } = await start({ backend });
    await create("f", "async (event, context) => ({ event, id: context.awsRequestId, client: context.clientContext })");
    const clientContext = Buffer.from('{"custom":{"a":1}}').toString("base64");
    const { requestId, payload, status, version, error } = await call("f", { n: 1 }, { ClientContext: clientContext });
    expect(payload).toEqual({ event: { n: 1 }, id: requestId, client: { custom: { a: 1 } } });
    expect([status, version, error]).toEqual([200, "$LATEST", undefined]);
    expect((await call("f")).payload).toEqual({ event: {}, id: expect.any(String) });
  });

  it("fails as a function does: status 200, Unhandled, and the error document", async () => {
    const { create, call } = await start({ backend });
    await create("f", 'async () => { throw new RangeError("no") }');
    const { status, error, payload } = await call("f", {});
    expect([status, error]).toEqual([200, "Unhandled"]);
    expect(payload).toMatchObject({ errorType: "RangeError", errorMessage: "no", trace: expect.any(Array) });
  });

  it("has the end of its log in the answer, and nobody else's", async () => {
    const { create, call } = await start({ backend });
    await create("f", "async ({ id }) => { console.log('one', id); await null; console.error('two', id); }", {
      MemorySize: 256,
    });
    const calls = Array.from({ length: 10 }, (_, id) => call("f", { id }, { LogType: "Tail" }));
    for (const [id, { log, requestId }] of (await Promise.all(calls)).entries()) {
      expect(log?.split("\n").slice(0, 4)).toEqual([
        `START RequestId: ${requestId} Version: $LATEST`,
        expect.stringMatching(new RegExp(`^\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z\t${requestId}\tINFO\tone ${id}$`)),
        expect.stringMatching(new RegExp(`\t${requestId}\tERROR\ttwo ${id}$`)),
        `END RequestId: ${requestId}`,
      ]);
      expect(log?.split("\n")[4]).toMatch(
        new RegExp(
          `^REPORT RequestId: ${requestId}\tDuration: [\\d.]+ ms\tBilled Duration: \\d+ ms\tMemory Size: 256 MB\tMax Memory Used: \\d+ MB\t(Init Duration: [\\d.]+ ms\t)?$`,
        ),
      );
    }
    expect((await call("f", { id: 1 })).log).toBeUndefined();
  });

  it("whose module throws fails with what it threw", async () => {
    const { create, call } = await start({ backend });
    await create("f", 'undefined; throw new Error("while loading")');
    expect((await call("f", {})).payload).toMatchObject({ errorType: "Error", errorMessage: "while loading" });
  });
});

describe("an invocation", () => {
  it("of type Event is answered at once and runs", async () => {
    const { create, call, folder } = await start();
    await create("f", "async ({ file }) => require('node:fs').writeFileSync(file, 'ran')");
    const file = join(folder, "ran");
    const { status, payload, version } = await call("f", { file }, { InvocationType: "Event" });
    expect([status, payload, version]).toEqual([202, undefined, undefined]);
    await expect.poll(() => existsSync(file)).toBe(true);
  });

  it("of type DryRun is checked and does not run", async () => {
    const { create, call, folder } = await start();
    await create("f", "async ({ file }) => require('node:fs').writeFileSync(file, 'ran')");
    const file = join(folder, "ran");
    expect((await call("f", { file }, { InvocationType: "DryRun" })).status).toBe(204);
    expect(await refusal(call("g", {}, { InvocationType: "DryRun" }))).toMatch(/^404 ResourceNotFoundException/);
    await call("f", { file: join(folder, "other") });
    expect(existsSync(file)).toBe(false);
  });

  it.each([["f"], ["function:f"], ["000000000000:function:f"], [arnOf("f")], ["f:live"], [`${arnOf("f")}:$LATEST`]])(
    "finds the function by %s",
    async (reference) => {
      const { create, call } = await start({ backend: "event-loop" });
      await create("f", "async () => 1");
      expect(await call(reference, {})).toMatchObject({ payload: 1, version: "$LATEST" });
    },
  );

  it("has the version that its qualifier names", async () => {
    const { create, call } = await start({ backend: "event-loop" });
    await create("f", "async () => 1");
    expect((await call("f", {}, { Qualifier: "7" })).version).toBe("7");
    expect((await call("f:7", {}, { Qualifier: "7" })).version).toBe("7");
    expect(await refusal(call("f:7", {}, { Qualifier: "8" }))).toBe(
      "400 InvalidParameterValueException: The derived qualifier from the function name does not match the specified qualifier.",
    );
  });

  it.each([
    ["g", `404 ResourceNotFoundException: Function not found: ${arnOf("g")}`],
    ["g:live", `404 ResourceNotFoundException: Function not found: ${arnOf("g")}:live`],
    [
      "arn:aws:lambda:us-east-1:000000000000:function:f",
      "404 ResourceNotFoundException: Functions from 'us-east-1' are not reachable in this region ('eu-west-1')",
    ],
    ["999999999999:function:f", expect.stringMatching(/^403 AccessDeniedException: .*999999999999:function:f$/)],
    [
      "a b",
      expect.stringMatching(/^400 ValidationException: 1 validation error detected: Value 'a b' at 'functionName'/),
    ],
  ])("of %s is refused", async (name, error) => {
    const { create, call } = await start({ backend: "event-loop" });
    await create("f", "async () => 1");
    expect(await refusal(call(name, {}))).toEqual(error);
  });

  it("takes 6 MB, and 1 MB as an event", async () => {
    const { create, call } = await start();
    await create("f", "async (text) => text.length");
    const most = "x".repeat(6_291_456 - 2);
    expect((await call("f", most)).payload).toBe(most.length);
    expect(await refusal(call("f", `${most}x`))).toBe(
      "413 RequestEntityTooLargeException: Request must be smaller than 6291456 bytes for the InvokeFunction operation",
    );
    const event = "x".repeat(1_048_576 - 2);
    expect((await call("f", event, { InvocationType: "Event" })).status).toBe(202);
    expect(await refusal(call("f", `${event}x`, { InvocationType: "Event" }))).toBe(
      "413 RequestEntityTooLargeException: 1048577 byte payload is too large for the Event invocation type (limit 1048576 bytes)",
    );
  });

  it("of a result of more than 6 MB fails", async () => {
    const { create, call } = await start();
    await create("f", "async () => 'x'.repeat(6291556)");
    expect(await call("f", {})).toMatchObject({
      error: "Unhandled",
      payload: { errorType: "Function.ResponseSizeTooLarge" },
    });
  });

  it.each([
    [{ Payload: "{" }, /^400 InvalidRequestContentException: Could not parse request body into json: /],
    [{ Payload: new Uint8Array([34, 0xff, 34]) }, /^400 InvalidRequestContentException: Could not parse/],
    [{ ClientContext: "e30x{" }, /^400 InvalidRequestContentException: Client context must be a valid Base64/],
    [
      { InvocationType: "Later" as "Event" },
      /^400 ValidationException: 1 validation error detected: Value 'Later' at 'invocationType' failed to satisfy constraint: Member must satisfy enum value set: \[Event, RequestResponse, DryRun\]$/,
    ],
    [{ LogType: "All" as "Tail" }, /^400 ValidationException: .* at 'logType'/],
  ])("with %j is refused", async (more, error) => {
    const { create, call } = await start({ backend: "event-loop" });
    await create("f", "async () => 1");
    expect(await refusal(call("f", undefined, more))).toMatch(error);
  });
});

describe("a function that cannot go on", () => {
  it("is ended at its time-out, which its log tells", async () => {
    const { create, call } = await start();
    await create("f", "() => { console.log('begun'); for (;;); }", { Timeout: 1 });
    const { error, payload, log = "", requestId } = await call("f", {}, { LogType: "Tail" });
    const errorMessage = `RequestId: ${requestId} Error: Task timed out after 1.00 seconds`;
    expect([error, payload]).toEqual(["Unhandled", { errorType: "Sandbox.Timedout", errorMessage }]);
    expect(log).toMatch(
      /^START.*\n.*begun\n.* Task timed out after 1\.00 seconds\n\nEND.*\nREPORT.*\tStatus: timeout\t\n$/,
    );
  });

  it("that ends its process says so", async () => {
    const { create, call } = await start();
    await create("f", "async () => process.exit(3)");
    const { payload, log, requestId } = await call("f", {}, { LogType: "Tail" });
    const errorMessage = `RequestId: ${requestId} Error: Runtime exited with error: exit status 3`;
    expect(payload).toEqual({ errorType: "Runtime.ExitError", errorMessage });
    expect(log).toMatch(/\tStatus: error\tError Type: Runtime\.ExitError\t\n$/);
  });

  it("writes more than 4 KB: the last 4 KB are there, in whole characters", async () => {
    const { create, call } = await start();
    await create("f", "async () => { for (let i = 0; i < 40000; i++) console.log(i + ' ' + 'ü'.repeat(100)); }");
    const { log = "" } = await call("f", {}, { LogType: "Tail" });
    expect(Buffer.byteLength(log)).toBeGreaterThan(4090);
    expect(Buffer.byteLength(log)).toBeLessThanOrEqual(4096);
    expect(log).toContain("INFO\t39999 üü");
    expect(log).toMatch(/\nEND RequestId: .*\nREPORT /);
    expect(log).not.toContain("\ufffd");
  });

  it.each([
    ["index.missing", "Runtime.HandlerNotFound", "index.missing is undefined or not exported"],
    ["other.handler", "Runtime.ImportModuleError", "Error: Cannot find module 'other'"],
    ["nodots", "Runtime.MalformedHandlerName", "Bad handler"],
  ])("for its handler %s says so", async (Handler, errorType, errorMessage) => {
    const { create, call } = await start();
    await create("f", "async () => 1", { Handler });
    expect(await call("f", {})).toMatchObject({ error: "Unhandled", payload: { errorType, errorMessage } });
  });

  it("for its runtime says which ones run", async () => {
    const { create, call } = await start();
    await create("f", "async () => 1", { Runtime: "python3.13", Handler: "app.handler" });
    const { error, payload } = await call("f", {});
    expect(error).toBe("Unhandled");
    expect(payload).toHaveProperty(
      "errorMessage",
      expect.stringContaining("function f has the runtime python3.13: only Node.js functions run on this machine"),
    );
  });
});

it("a thousand calls at once are all answered, each with its own result", async () => {
  const { create, call } = await start();
  await create("f", "async ({ id }) => { if (id % 7 === 0) await null; return { id }; }");
  const ids = Array.from({ length: 1000 }, (_, id) => id);
  const called = await Promise.all(ids.map((id) => call("f", { id })));
  expect(called.map(({ payload }) => payload)).toEqual(ids.map((id) => ({ id })));
  expect(new Set(called.map(({ requestId }) => requestId)).size).toBe(1000);
});

it("handlers reach the endpoint by the variables of their environment", async () => {
  const { url, create, call } = await start();
  await create(
    "f",
    `async (names) => {
       const { AWS_ENDPOINT_URL } = process.env;
       const reply = await fetch(AWS_ENDPOINT_URL + "/2015-03-31/functions/g/invocations", { method: "POST", body: "5" });
       return [await reply.json(), ...names.map((name) => process.env[name])];
     }`,
  );
  await create("g", "async (n) => n * 2", { Environment: { Variables: { AWS_ENDPOINT_URL: "mine" } } });
  const names = ["AWS_ENDPOINT_URL", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION"];
  expect((await call("f", names)).payload).toEqual([10, url, "test", "test", "eu-west-1"]);
});
