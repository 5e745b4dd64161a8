import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  DeleteFunctionCommand,
  GetFunctionCommand,
  GetFunctionConfigurationCommand,
  ListFunctionsCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
  waitUntilFunctionActiveV2,
} from "@aws-sdk/client-lambda";
import { describe, expect, it } from "vitest";
import { memoryStore } from "../../../lib/adapters/store/memory.js";
import { fixture } from "../../contracts/invoker.js";
import { ACCOUNT, arnOf, endpoints, REGION, ROLE, refusal } from "./endpoint.js";
import { codeOf } from "./zip.js";

const start = endpoints();
const FunctionName = "f";

/** The folders of code that are left. */
function revisions(folder: string): string[] {
  return readdirSync(folder).filter((name) => !name.endsWith(".txt"));
}

describe("a new function", () => {
  it("is active at once and described as it was given", async () => {
    const now = () => Date.UTC(2026, 10, 25, 4, 39, 0, 123);
    const { create, client, url } = await start({ now });
    const zip = codeOf("async () => 1");
    const created = await create("f", "", {
      Code: { ZipFile: zip },
      Description: "mine",
      Timeout: 9,
      MemorySize: 512,
      Environment: { Variables: { TABLE: "cities" } },
      TracingConfig: { Mode: "Active" },
      Tags: { team: "a" },
    });
    const configuration = {
      FunctionName: "f",
      FunctionArn: arnOf("f"),
      Runtime: "nodejs24.x",
      Role: ROLE,
      Handler: "index.handler",
      CodeSize: zip.length,
      CodeSha256: createHash("sha256").update(zip).digest("base64"),
      Description: "mine",
      Timeout: 9,
      MemorySize: 512,
      LastModified: "2026-11-25T04:39:00.123+0000",
      Version: "$LATEST",
      Environment: { Variables: { TABLE: "cities" } },
      TracingConfig: { Mode: "Active" },
      RevisionId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      State: "Active",
      LastUpdateStatus: "Successful",
      PackageType: "Zip",
      Architectures: ["x86_64"],
      EphemeralStorage: { Size: 512 },
    };
    expect(created).toMatchObject(configuration);
    expect(created).toHaveProperty("$metadata.httpStatusCode", 201);
    await waitUntilFunctionActiveV2({ client, maxWaitTime: 5 }, { FunctionName });
    expect(await client.send(new GetFunctionConfigurationCommand({ FunctionName }))).toMatchObject(configuration);
    const got = await client.send(new GetFunctionCommand({ FunctionName: arnOf("f") }));
    expect(got).toMatchObject({ Configuration: configuration, Tags: { team: "a" } });
    expect(got.Code?.Location).toMatch(url);
    const code = await fetch(got.Code?.Location ?? "");
    expect(Buffer.from(await code.arrayBuffer())).toEqual(zip);
  });

  it("has Lambda's defaults", async () => {
    const { create } = await start();
    const created = (await create("f", "async () => 1")) as object;
    expect(created).toMatchObject({ Timeout: 3, MemorySize: 128, Description: "" });
    expect(created).not.toHaveProperty("Environment.Variables");
  });

  it("can have its code in a bucket", async () => {
    const store = memoryStore();
    const writer = await store.put("code", "f.zip");
    await writer.write(codeOf("async () => 'from S3'"));
    await writer.close();
    const { create, call } = await start({ store });
    await create("f", "", { Code: { S3Bucket: "code", S3Key: "f.zip" } });
    expect((await call("f", {})).payload).toBe("from S3");
    const missing = create("g", "", { Code: { S3Bucket: "code", S3Key: "g.zip" } });
    expect(await refusal(missing)).toBe(
      "400 InvalidParameterValueException: Error occurred while GetObject. S3 Error Code: NoSuchKey. S3 Error Message: The specified key does not exist.",
    );
  });

  it.each([
    [
      { Role: "me" },
      /^400 ValidationException: 1 validation error detected: Value 'me' at 'role' failed .*: arn:\(aws/,
    ],
    [
      { MemorySize: 64, Timeout: 0 },
      /^400 ValidationException: 2 validation errors detected: Value '0' at 'timeout' failed to satisfy constraint: Member must have value greater than or equal to 1; Value '64' at 'memorySize' failed/,
    ],
    [{ FunctionName: "a.b" }, /^400 ValidationException: 1 validation error detected: Value 'a\.b' at 'functionName'/],
    [{ FunctionName: "f".repeat(65) }, /'functionName' failed .*: Member must have length less than or equal to 64$/],
    [{ Handler: "" }, /^400 ValidationException: .*Value '' at 'handler'/],
    [{ Handler: undefined }, /^400 InvalidParameterValueException: Runtime and Handler are mandatory parameters for /],
    [{ Runtime: undefined }, /^400 InvalidParameterValueException: Runtime and Handler are mandatory parameters for /],
    [
      { Runtime: "cobol85" as "nodejs24.x" },
      /^400 InvalidParameterValueException: Value cobol85 at 'runtime' failed to satisfy constraint: Member must satisfy enum value set: \[nodejs24\.x, .*\] or be a valid ARN$/,
    ],
    [{ Code: {} }, /^400 InvalidParameterValueException: Please provide a source for function code\.$/],
    [{ Code: { ImageUri: "a/b:1" } }, /^400 InvalidParameterValueException: container images cannot run/],
    [{ Code: { S3Bucket: "b", S3Key: "k" } }, /^400 InvalidParameterValueException: there is no S3/],
    [{ Code: { ZipFile: new Uint8Array() } }, /^400 InvalidParameterValueException: Uploaded file must be a non-empty/],
    [
      { Code: { ZipFile: Buffer.from("no zip") } },
      /^400 InvalidParameterValueException: Could not unzip uploaded file\. Please check your file, then try to upload again\.$/,
    ],
    [
      { Environment: { Variables: { AWS_REGION: "x", _HANDLER: "y" } } },
      /^400 InvalidParameterValueException: .*contains reserved keys.* Reserved keys used in this request: AWS_REGION, _HANDLER$/,
    ],
    [
      { Environment: { Variables: { LONG: "x".repeat(4096) } } },
      /^400 InvalidParameterValueException: .* exceeded the 4KB limit\. String measured: /,
    ],
  ])("with %j is refused, and leaves nothing behind", async (more, error) => {
    const { create, client, folder } = await start();
    // Makes the folder.
    await create("other", "async () => 1");
    expect(await refusal(create("f", "async () => 1", more))).toMatch(error);
    expect((await client.send(new ListFunctionsCommand({}))).Functions).toHaveLength(1);
    expect(revisions(folder)).toHaveLength(1);
  });

  it("is refused when there is one, whoever comes first", async () => {
    const { create, folder } = await start();
    const all = await Promise.allSettled(Array.from({ length: 8 }, () => create("f", "async () => 1")));
    expect(all.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(await refusal(create("f", "async () => 1"))).toBe(
      "409 ResourceConflictException: Function already exist: f",
    );
    await expect.poll(() => revisions(folder)).toHaveLength(1);
  });
});

describe("the code of a function", () => {
  it("is replaced for all later calls, without losing one that is under way", async () => {
    const { create, call, client, folder } = await start();
    await create(
      "f",
      "async ({ ms }) => { await new Promise((r) => setTimeout(r, ms)); return require('./index').v; }; exports.v = 0",
    );
    const update = (v: number) =>
      client.send(
        new UpdateFunctionCodeCommand({
          FunctionName,
          ZipFile: codeOf(`async () => require('./index').v; exports.v = ${v}`),
        }),
      );
    const slow = call("f", { ms: 300 });
    await call("f", { ms: 0 });
    const values: unknown[] = [];
    for (let v = 1; v <= 5; v++) {
      const early = Array.from({ length: 10 }, () => call("f", {}));
      await update(v);
      const late = Array.from({ length: 10 }, () => call("f", {}));
      for (const { payload } of await Promise.all(early)) expect([v - 1, v]).toContain(payload);
      values.push(...(await Promise.all(late)).map(({ payload }) => payload));
    }
    expect(values).toEqual([1, 2, 3, 4, 5].flatMap((v) => Array(10).fill(v)));
    expect((await slow).payload).toBe(0);
    await expect.poll(() => revisions(folder)).toHaveLength(1);
  });

  it("changes revision, hash and nothing else", async () => {
    const { create, client } = await start();
    const before = (await create("f", "async () => 1", { Description: "kept" })) as { RevisionId: string };
    const ZipFile = codeOf("async () => 22");
    const after = await client.send(new UpdateFunctionCodeCommand({ FunctionName, ZipFile }));
    const { RevisionId, CodeSha256, CodeSize, LastModified: _, $metadata: __, ...same } = after;
    expect(before).toMatchObject(same);
    expect(RevisionId).not.toBe(before.RevisionId);
    expect([CodeSha256, CodeSize]).toEqual([createHash("sha256").update(ZipFile).digest("base64"), ZipFile.length]);
  });

  it("stays when the new one is broken, meant for another revision, or only tried", async () => {
    const { create, call, client, folder } = await start();
    await create("f", "async () => 1");
    const update = (more: object) => {
      return client.send(new UpdateFunctionCodeCommand({ FunctionName, ZipFile: codeOf("async () => 2"), ...more }));
    };
    expect(await refusal(update({ ZipFile: Buffer.from("PK") }))).toMatch(/Could not unzip uploaded file/);
    expect(await refusal(update({ RevisionId: "other" }))).toMatch(
      /^412 PreconditionFailedException: The Revision Id provided does not match the latest Revision Id\./,
    );
    expect(await refusal(update({ FunctionName: "g" }))).toMatch(/^404 ResourceNotFoundException/);
    await update({ DryRun: true });
    expect((await call("f", {})).payload).toBe(1);
    expect(revisions(folder)).toHaveLength(1);
  });
});

describe("the configuration of a function", () => {
  it("changes in what is given, for all later calls", async () => {
    const { create, call, client, folder } = await start();
    await create("f", "async () => process.env.V; exports.other = async () => process.env.V + 1", {
      Environment: { Variables: { V: "a" } },
    });
    const update = (more: object) => client.send(new UpdateFunctionConfigurationCommand({ FunctionName, ...more }));
    expect((await call("f", {})).payload).toBe("a");
    const changed = await update({ Environment: { Variables: { V: "b" } }, Timeout: 7 });
    expect(changed).toMatchObject({ Timeout: 7, MemorySize: 128, Environment: { Variables: { V: "b" } } });
    expect((await call("f", {})).payload).toBe("b");
    await update({ Handler: "index.other" });
    expect((await call("f", {})).payload).toBe("b1");
    expect(await refusal(update({ MemorySize: 1 }))).toMatch(/^400 ValidationException: .*'memorySize'/);
    expect(await refusal(update({ RevisionId: "other" }))).toMatch(/^412 PreconditionFailedException/);
    expect(revisions(folder)).toHaveLength(1);
  });
});

describe("a function that is deleted", () => {
  it("finishes the call that runs, is not found any more, and takes its code along", async () => {
    const { create, call, client, folder } = await start();
    await create(
      "f",
      "async () => { await new Promise((r) => setTimeout(r, 200)); return require('node:fs').existsSync(__filename); }",
    );
    const running = call("f", {});
    await call("f", {}, { InvocationType: "DryRun" });
    const deleted = await client.send(new DeleteFunctionCommand({ FunctionName }));
    expect(deleted.$metadata.httpStatusCode).toBe(204);
    const error = `404 ResourceNotFoundException: Function not found: ${arnOf("f")}`;
    for (const each of [
      () => call("f", {}),
      () => client.send(new GetFunctionCommand({ FunctionName })),
      () => client.send(new DeleteFunctionCommand({ FunctionName })),
      () => client.send(new UpdateFunctionConfigurationCommand({ FunctionName, Timeout: 1 })),
    ]) {
      expect(await refusal(each())).toBe(error);
    }
    expect(await running).toMatchObject({ error: undefined, payload: true });
    await expect.poll(() => revisions(folder)).toEqual([]);
    await create("f", "async () => 'again'");
    expect((await call("f", {})).payload).toBe("again");
  });
});

describe("the list of functions", () => {
  it("comes in pages that neither lose nor repeat one", async () => {
    const { create, client } = await start();
    const names = Array.from({ length: 7 }, (_, index) => `f${index}`);
    await Promise.all(names.map((name) => create(name, "async () => 1")));
    const seen: (string | undefined)[] = [];
    let Marker: string | undefined;
    do {
      const page = await client.send(new ListFunctionsCommand({ MaxItems: 3, Marker }));
      seen.push(...(page.Functions ?? []).map((each) => each.FunctionName));
      // A function that goes between two pages disturbs nothing.
      if (Marker === undefined) await client.send(new DeleteFunctionCommand({ FunctionName: "f2" }));
      Marker = page.NextMarker;
    } while (Marker !== undefined);
    expect(seen).toEqual(names);
    expect(await refusal(client.send(new ListFunctionsCommand({ MaxItems: 0 })))).toMatch(/^400 Valid.*'maxItems'/);
    expect(await refusal(client.send(new ListFunctionsCommand({ Marker: "??" })))).toMatch(/^400 InvalidParameter/);
  });

  it("has 50 at most in a page", async () => {
    const definitions = Array.from({ length: 51 }, (_, index) => fixture("echo", { name: `f${index}` }));
    const { client } = await start({ definitions });
    const page = await client.send(new ListFunctionsCommand({ MaxItems: 1000 }));
    expect(page.Functions).toHaveLength(50);
    expect(page.NextMarker).toBeDefined();
  });
});

describe("a function that was there before", () => {
  const arn = arnOf("echo");

  it("of a template is shown, called, changed and deleted like any other", async () => {
    const { client, call } = await start({ definitions: [fixture("echo", { arn, runtime: "nodejs22.x" })] });
    const got = await client.send(new GetFunctionCommand({ FunctionName: "echo" }));
    expect(got.Configuration).toMatchObject({ FunctionArn: arn, Runtime: "nodejs22.x", Role: expect.any(String) });
    expect(got.Code?.Location).toBeUndefined();
    expect((await call("echo", [1])).payload).toEqual([1]);
    const ZipFile = codeOf("async () => 'new'");
    await client.send(new UpdateFunctionCodeCommand({ FunctionName: "echo", ZipFile }));
    await client.send(new UpdateFunctionConfigurationCommand({ FunctionName: "echo", Handler: "index.handler" }));
    expect((await call("echo", [1])).payload).toBe("new");
    await client.send(new DeleteFunctionCommand({ FunctionName: "echo" }));
    expect(await refusal(call("echo", {}))).toMatch(/^404/);
  });

  it("of an earlier process has its code still, and takes it along when it goes", async () => {
    const folder = mkdtempSync(join(tmpdir(), "fanout-lambda-kept-"));
    try {
      const first = await start({ folder });
      const created = (await first.create("f", "async () => 'kept'")) as { CodeSha256: string };
      const [revision = ""] = revisions(folder);
      const path = join(folder, revision, "code");
      const second = await start({
        folder,
        definitions: [fixture("index.handler", { name: "f", arn: arnOf("f"), code: { kind: "directory", path } })],
      });
      const got = await second.client.send(new GetFunctionCommand({ FunctionName }));
      expect(got.Configuration?.CodeSha256).toBe(created.CodeSha256);
      expect((await fetch(got.Code?.Location ?? "")).status).toBe(200);
      expect((await second.call("f", {})).payload).toBe("kept");
      await second.client.send(new DeleteFunctionCommand({ FunctionName }));
      await expect.poll(() => revisions(folder)).toEqual([]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

it("the account and region of the endpoint are those of its ARNs", async () => {
  const { create } = await start();
  expect(await create("f", "async () => 1")).toHaveProperty(
    "FunctionArn",
    `arn:aws:lambda:${REGION}:${ACCOUNT}:function:f`,
  );
});
