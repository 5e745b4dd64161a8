import { expect, test } from "vitest";
import { localServices } from "../../../lib/adapters/services/local.js";
import { generatedObjects } from "../../../lib/adapters/store/virtual.js";
import type { JsonObject } from "../../../lib/json.js";
import { SessionStates } from "../../../lib/local/states.js";
import type { ObjectStore } from "../../../lib/run/ports.js";
import { unconnected } from "../../../lib/run/unconnected.js";
import { serviceCall, servicesContract } from "../../contracts/services.js";
import { chain, Simulation } from "../../support/simulate.js";

function world(store?: ObjectStore): Simulation {
  const simulation: Simulation = new Simulation({
    ...(store === undefined ? {} : { store }),
    services: (self) =>
      localServices({ states: () => new SessionStates(self.engine, application), store: self.store }, unconnected()),
  });
  return simulation;
}
const application = { stateMachines: [], functions: [], buckets: [], account: "123456789012", region: "eu-west-1" };

const s3 = (action: string, parameters: JsonObject) =>
  chain({ Call: { Type: "Task", Resource: `arn:aws:states:::aws-sdk:s3:${action}`, Parameters: parameters } });

test("an object is put as text or as JSON, and got with its properties", async () => {
  const simulation = world();
  const put = await simulation.run(s3("putObject", { Bucket: "b", Key: "k", Body: { a: 1 } }));
  expect(put.output).toEqual({ ETag: expect.stringMatching(/^"[0-9a-f]{32}"$/) });
  expect(await simulation.get("b", "k")).toBe('{"a":1}');
  await simulation.run(s3("putObject", { Bucket: "b", Key: "t", Body: "grün" }));
  const got = await simulation.run(s3("getObject", { Bucket: "b", Key: "t" }));
  expect(got.output).toEqual({
    AcceptRanges: "bytes",
    Body: "grün",
    ContentLength: 5,
    ContentType: "binary/octet-stream",
    ETag: expect.any(String),
    LastModified: "1970-01-01T00:00:00Z",
    Metadata: {},
  });
  const head = await simulation.run(s3("headObject", { Bucket: "b", Key: "t" }));
  expect(head.output).toMatchObject({ ContentLength: 5 });
  expect(head.output).not.toHaveProperty("Body");
});

test.each([
  ["bytes=2-4", "234", "bytes 2-4/10"],
  ["bytes=7-", "789", "bytes 7-9/10"],
  ["bytes=-2", "89", "bytes 8-9/10"],
  ["bytes=8-99", "89", "bytes 8-9/10"],
])("Range %s", async (range, body, contentRange) => {
  const simulation = world();
  await simulation.put("b", "k", "0123456789");
  const { output } = await simulation.run(s3("getObject", { Bucket: "b", Key: "k", Range: range }));
  expect(output).toMatchObject({ Body: body, ContentLength: body.length, ContentRange: contentRange });
});

test("a range that is not there is refused", async () => {
  const simulation = world();
  await simulation.put("b", "k", "0123456789");
  const { error, cause } = await simulation.run(s3("getObject", { Bucket: "b", Key: "k", Range: "bytes=10-" }));
  expect(error).toBe("S3.S3Exception");
  expect(cause).toContain("The requested range is not satisfiable (Service: S3, Status Code: 416, ");
});

test("an object is copied within the store and taken away, alone or with others", async () => {
  const simulation = world();
  await simulation.put("a", "dir/ä b", "x");
  const copy = { Bucket: "b", Key: "copy", CopySource: "a/dir/%C3%A4%20b" };
  expect((await simulation.run(s3("copyObject", copy))).output).toEqual({
    CopyObjectResult: { ETag: expect.any(String), LastModified: "1970-01-01T00:00:00Z" },
  });
  expect(await simulation.get("b", "copy")).toBe("x");
  await simulation.put("b", "other", "y");
  const two = { Bucket: "b", Delete: { Objects: [{ Key: "copy" }, { Key: "other" }] } };
  expect((await simulation.run(s3("deleteObjects", two))).output).toEqual({
    Deleted: [{ Key: "copy" }, { Key: "other" }],
  });
  expect((await simulation.run(s3("deleteObject", { Bucket: "a", Key: "dir/ä b" }))).output).toEqual({});
  const listed = await simulation.run(s3("listObjectsV2", { Bucket: "a" }));
  expect(listed.output).toMatchObject({ Contents: [], KeyCount: 0 });
});

test("buckets are made, listed and looked for", async () => {
  const simulation = world();
  await simulation.run(s3("createBucket", { Bucket: "new" }));
  expect((await simulation.run(s3("listBuckets", {}))).output).toEqual({
    Buckets: [{ CreationDate: "1970-01-01T00:00:00Z", Name: "new" }],
  });
  expect(await simulation.run(s3("headBucket", { Bucket: "new" }))).toMatchObject({ status: "SUCCEEDED", output: {} });
  expect(await simulation.run(s3("headBucket", { Bucket: "old" }))).toMatchObject({
    error: "S3.NoSuchBucketException",
  });
});

test("a listing in pages, with what keys have in common", async () => {
  const simulation = world();
  for (const key of ["a", "b/1", "b/2", "c", "d/1", "e"]) await simulation.put("b", key, "x");
  const page = async (parameters: JsonObject) =>
    (await simulation.run(s3("listObjectsV2", { Bucket: "b", ...parameters }))).output as JsonObject;
  const keys = ({ Contents: contents }: JsonObject) => (contents as { Key: string }[]).map(({ Key }) => Key);
  const first = await page({ Delimiter: "/", MaxKeys: 2 });
  expect(first).toMatchObject({ IsTruncated: true, KeyCount: 2, CommonPrefixes: [{ Prefix: "b/" }], MaxKeys: 2 });
  expect(keys(first)).toEqual(["a"]);
  const second = await page({ Delimiter: "/", ContinuationToken: first["NextContinuationToken"] as string });
  expect(second).toMatchObject({ IsTruncated: false, CommonPrefixes: [{ Prefix: "d/" }] });
  expect(keys(second)).toEqual(["c", "e"]);
  expect(keys(await page({ Prefix: "b/", StartAfter: "b/1" }))).toEqual(["b/2"]);
});

test.each<[string, JsonObject, string, string]>([
  [
    "getObject",
    { Bucket: "b", Key: "none" },
    "S3.NoSuchKeyException",
    "The specified key does not exist. (Service: S3, Status Code: 404, Request ID: ",
  ],
  [
    "getObject",
    { Bucket: "none", Key: "k" },
    "S3.NoSuchBucketException",
    "The specified bucket does not exist (Service: S3, Status Code: 404, Request ID: ",
  ],
  ["putObject", { Bucket: "b" }, "S3.S3Exception", "The parameter Key is required"],
  ["putObject", { Bucket: "b", Key: "k", IfNoneMatch: "*" }, "S3.S3Exception", "IfNoneMatch is not implemented"],
  [
    "getObject",
    { Bucket: "b", Key: "big" },
    "States.DataLimitExceeded",
    "The state/task 'aws-sdk:s3' returned a result",
  ],
  ["getBucketAcl", { Bucket: "b" }, "States.Runtime", "aws-sdk:s3:getBucketAcl"],
])("%s %j is refused", async (action, parameters, error, cause) => {
  const simulation = world();
  await simulation.put("b", "big", "x".repeat(262_145));
  const run = await simulation.run(s3(action, parameters));
  expect(run).toMatchObject({ status: "FAILED", error });
  expect(run.cause).toContain(cause);
});

test("a store that only reads refuses what would change it", async () => {
  const simulation = world(generatedObjects({}));
  for (const [action, parameters] of [
    ["deleteObject", { Bucket: "b", Key: "k" }],
    ["putObject", { Bucket: "b", Key: "k" }],
    ["createBucket", { Bucket: "b" }],
  ] as const) {
    const { error, cause } = await simulation.run(s3(action, parameters));
    expect({ error, cause }).toEqual({ error: "S3.S3Exception", cause: expect.stringMatching(/^Access Denied \(/) });
  }
});

servicesContract(() => {
  const { engine } = world();
  const { services = unconnected() } = engine.ports;
  return { services, call: () => serviceCall("aws-sdk:s3:getObject", { Bucket: "b", Key: "none" }) };
});
