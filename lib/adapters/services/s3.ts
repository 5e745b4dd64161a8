import { isObject, type Json, type JsonObject } from "../../json.js";
import { PAYLOAD_LIMIT, StateFailure, tooLarge } from "../../machine/index.js";
import { type ObjectInfo, type ObjectStore, ObjectStoreError, type ServiceOutcome } from "../../run/ports.js";
import type { Perform } from "./promised.js";
import { S3Error } from "./s3-error.js";
import { listObjects } from "./s3-listing.js";
import { isoSeconds } from "./s3-time.js";
import { sdkFailure } from "./service-error.js";

/** What is said of a content type that nobody named. */
const CONTENT_TYPE = "binary/octet-stream";

type Action = (store: ObjectStore, request: JsonObject) => Promise<JsonObject>;

const ACTIONS: Readonly<Record<string, Action>> = {
  getObject,
  headObject: async (store, request) => headersOf(await store.head(bucketOf(request), keyOf(request))),
  putObject,
  copyObject,
  async deleteObject(store, request) {
    await removed(store, bucketOf(request), keyOf(request));
    return {};
  },
  deleteObjects,
  listObjectsV2: (store, request) => listObjects(store, bucketOf(request), request),
  async headBucket(store, request) {
    for await (const _ of store.list(bucketOf(request), "")) break;
    return {};
  },
  async createBucket(store, request) {
    if (store.createBucket === undefined) throw new S3Error("AccessDenied", 403, "Access Denied");
    await store.createBucket(bucketOf(request));
    return { Location: `/${bucketOf(request)}` };
  },
  async listBuckets(store) {
    const buckets = (await store.buckets?.()) ?? [];
    return { Buckets: buckets.map(({ name, created }) => ({ CreationDate: isoSeconds(created), Name: name })) };
  },
};

/** Whether `aws-sdk:s3:ACTION` is carried out here. */
export function isS3Action(action: string): boolean {
  return Object.hasOwn(ACTIONS, action);
}

/** `aws-sdk:s3:*` on the objects of the run. */
export function s3Calls(store: ObjectStore, requestId: () => string): Perform {
  return async (call) => {
    const action = call.integration.slice(call.integration.lastIndexOf(":") + 1);
    try {
      const parameters = JSON.parse(call.payload) as Json;
      const request = isObject(parameters) ? parameters : {};
      refuseConditions(request);
      const result = await (ACTIONS[action] as Action)(store, request);
      return { kind: call.pattern === "requestResponse" ? "returned" : "submitted", output: JSON.stringify(result) };
    } catch (error) {
      return failure(error, requestId);
    }
  };
}

async function getObject(store: ObjectStore, request: JsonObject): Promise<JsonObject> {
  const [bucket, key] = [bucketOf(request), keyOf(request)];
  const info = await store.head(bucket, key);
  const range = rangeOf(request["Range"], info.size);
  const length = (range?.end ?? info.size) - (range?.start ?? 0);
  // A result this large cannot be the task's: there is no need to read it.
  if (length > PAYLOAD_LIMIT) throw tooLarge("aws-sdk:s3");
  const object = await store.get(bucket, key, range);
  const chunks: Uint8Array[] = [];
  for await (const chunk of object.body) chunks.push(chunk);
  const body = Buffer.concat(chunks);
  return {
    ...headersOf(object),
    Body: body.toString(),
    ContentLength: body.length,
    ...(range === undefined ? {} : { ContentRange: `bytes ${range.start}-${range.end - 1}/${info.size}` }),
  };
}

async function putObject(store: ObjectStore, request: JsonObject): Promise<JsonObject> {
  const { Body: body = "" } = request;
  return { ETag: (await write(store, bucketOf(request), keyOf(request), textOf(body))).etag };
}

async function copyObject(store: ObjectStore, request: JsonObject): Promise<JsonObject> {
  const source = decodeURIComponent(required(request, "CopySource")).replace(/^\//, "");
  const slash = source.indexOf("/");
  const { body } = await store.get(source.slice(0, slash), source.slice(slash + 1));
  const { etag, lastModified } = await write(store, bucketOf(request), keyOf(request), body);
  return { CopyObjectResult: { ETag: etag, LastModified: isoSeconds(lastModified) } };
}

async function deleteObjects(store: ObjectStore, request: JsonObject): Promise<JsonObject> {
  const { Delete: deletion } = request;
  const objects = isObject(deletion) && Array.isArray(deletion["Objects"]) ? deletion["Objects"].filter(isObject) : [];
  const keys = objects.map((object) => required(object, "Key"));
  for (const key of keys) await removed(store, bucketOf(request), key);
  return { Deleted: keys.map((key) => ({ Key: key })) };
}

async function removed(store: ObjectStore, bucket: string, key: string): Promise<void> {
  if (store.remove === undefined) throw new S3Error("AccessDenied", 403, "Access Denied");
  await store.remove(bucket, key);
}

async function write(
  store: ObjectStore,
  bucket: string,
  key: string,
  content: string | AsyncIterable<Uint8Array>,
): Promise<ObjectInfo> {
  const writer = await store.put(bucket, key);
  try {
    if (typeof content === "string") await writer.write(content);
    else for await (const chunk of content) await writer.write(chunk);
    return await writer.close();
  } catch (error) {
    await writer.abort();
    throw error;
  }
}

function headersOf({ size, etag, lastModified }: ObjectInfo): JsonObject {
  return {
    AcceptRanges: "bytes",
    ContentLength: size,
    ContentType: CONTENT_TYPE,
    ETag: etag,
    LastModified: isoSeconds(lastModified),
    Metadata: {},
  };
}

/** `bytes=FROM-TO`, `bytes=FROM-` or `bytes=-LAST`; anything else is as good as none. */
function rangeOf(range: Json | undefined, size: number): { start: number; end: number } | undefined {
  const [, from, to] = (typeof range === "string" && /^bytes=(\d*)-(\d*)$/.exec(range)) || [];
  if (from === undefined || to === undefined || (from === "" && to === "")) return undefined;
  const start = from === "" ? Math.max(0, size - Number(to)) : Number(from);
  const end = from === "" || to === "" ? size : Math.min(Number(to) + 1, size);
  if (start >= end) throw new S3Error("InvalidRange", 416, "The requested range is not satisfiable");
  return { start, end };
}

/** An object is written as JSON, text as it is. */
function textOf(body: Json): string {
  return typeof body === "string" ? body : JSON.stringify(body);
}

function bucketOf(request: JsonObject): string {
  return required(request, "Bucket");
}

function keyOf(request: JsonObject): string {
  return required(request, "Key");
}

function required(request: JsonObject, name: string): string {
  const value = request[name];
  if (typeof value === "string" && value !== "") return value;
  throw new S3Error("InvalidRequest", 400, `The parameter ${name} is required`);
}

/** A condition that was passed over would do what it was to prevent. */
function refuseConditions(request: JsonObject): void {
  const condition = Object.keys(request).find((name) => /^(?:CopySource)?If[A-Z]/.test(name));
  if (condition === undefined) return;
  throw new S3Error("NotImplemented", 501, `The parameter ${condition} is not implemented by a local run`);
}

function failure(error: unknown, requestId: () => string): ServiceOutcome {
  if (error instanceof StateFailure) return { kind: "failed", error: error.error, cause: error.reason };
  const { code, status, message, isModelled } = described(error);
  // What the SDK has no class for has the name of all exceptions of the service.
  const name = isModelled ? code : "S3Exception";
  return sdkFailure("S3", { code: name, message, status, requestId: requestId(), extendedRequestId: requestId() });
}

function described(error: unknown) {
  if (error instanceof S3Error) {
    return { code: error.code, status: error.status, message: error.message, isModelled: false };
  }
  if (!(error instanceof ObjectStoreError)) throw error;
  switch (error.code) {
    case "NoSuchKey":
      return { code: "NoSuchKey", status: 404, message: "The specified key does not exist.", isModelled: true };
    case "NoSuchBucket":
      return { code: "NoSuchBucket", status: 404, message: "The specified bucket does not exist", isModelled: true };
    case "AccessDenied":
      return { code: "AccessDenied", status: 403, message: "Access Denied", isModelled: false };
    default:
      return { code: "InternalError", status: 500, message: error.message, isModelled: false };
  }
}
