import type { ServerResponse } from "node:http";
import type { BucketOperation, ObjectOperation, S3Context, ServiceOperation } from "./context.js";
import { S3Error } from "./errors.js";
import {
  createBucket,
  deleteBucket,
  getBucketLocation,
  getBucketVersioning,
  headBucket,
  listBuckets,
} from "./operations/buckets.js";
import { completeMultipartUpload } from "./operations/complete-upload.js";
import { copyObject } from "./operations/copy-object.js";
import { deleteObject, deleteObjects } from "./operations/delete-object.js";
import { getObject } from "./operations/get-object.js";
import { listObjectsV1, listObjectsV2 } from "./operations/list-objects.js";
import {
  abortMultipartUpload,
  createMultipartUpload,
  listMultipartUploads,
  listParts,
} from "./operations/multipart.js";
import {
  deleteObjectTagging,
  getObjectAttributes,
  getObjectTagging,
  putObjectTagging,
} from "./operations/object-details.js";
import { putObject } from "./operations/put-object.js";
import { uploadPart, uploadPartCopy } from "./operations/upload-part.js";
import { header, isBucketRequest, isObjectRequest, type S3Request } from "./request.js";

/** Operations by method and sub-resource: `GET ?location`. */
const SERVICE: Readonly<Record<string, ServiceOperation>> = { GET: listBuckets };

const BUCKET: Readonly<Record<string, BucketOperation>> = {
  GET: listObjectsV1,
  "GET ?list-type": listObjectsV2,
  "GET ?location": getBucketLocation,
  "GET ?versioning": getBucketVersioning,
  HEAD: headBucket,
  PUT: createBucket,
  DELETE: deleteBucket,
  "GET ?uploads": listMultipartUploads,
  "POST ?delete": deleteObjects,
};

const OBJECT: Readonly<Record<string, ObjectOperation>> = {
  GET: getObject,
  HEAD: getObject,
  PUT: (context, request, response) => (isCopy(request) ? copyObject : putObject)(context, request, response),
  DELETE: deleteObject,
  "GET ?attributes": getObjectAttributes,
  "GET ?tagging": getObjectTagging,
  "PUT ?tagging": putObjectTagging,
  "DELETE ?tagging": deleteObjectTagging,
  "POST ?uploads": createMultipartUpload,
  "PUT ?uploadId": (context, request, response) =>
    (isCopy(request) ? uploadPartCopy : uploadPart)(context, request, response),
  "POST ?uploadId": completeMultipartUpload,
  "DELETE ?uploadId": abortMultipartUpload,
  "GET ?uploadId": listParts,
};

/** Query parameters that name another resource than the bucket or object itself. */
// biome-ignore format: a list
const SUB_RESOURCES = [
  "abac", "accelerate", "acl", "analytics", "attributes", "cors", "delete", "encryption", "intelligent-tiering",
  "inventory", "legal-hold", "lifecycle", "location", "logging", "metadataConfiguration", "metadataTable", "metrics",
  "notification", "object-lock", "ownershipControls", "policy", "policyStatus", "publicAccessBlock", "renameObject",
  "replication", "requestPayment", "restore", "retention", "select", "session", "tagging", "torrent", "uploadId",
  "uploads", "versioning", "versions", "website", "list-type",
];

/** Finds and runs the operation that a request asks for. */
export async function route(context: S3Context, request: S3Request, response: ServerResponse): Promise<void> {
  const name = operationName(request);
  if (isObjectRequest(request)) return await pick(OBJECT, name, request)(context, request, response);
  if (isBucketRequest(request)) return await pick(BUCKET, name, request)(context, request, response);
  return await pick(SERVICE, name, request)(context, request, response);
}

function operationName({ method, query }: S3Request): string {
  const resource = SUB_RESOURCES.find((name) => query.has(name));
  return resource === undefined ? method : `${method} ?${resource}`;
}

function isCopy(request: S3Request): boolean {
  return header(request, "x-amz-copy-source") !== undefined;
}

function pick<T>(operations: Readonly<Record<string, T>>, name: string, { method }: S3Request): T {
  const operation = Object.hasOwn(operations, name) ? operations[name] : undefined;
  if (operation !== undefined) return operation;
  if (name === method) throw new S3Error("MethodNotAllowed", undefined, { Method: method });
  throw new S3Error("NotImplemented", `${name} is not implemented here: this endpoint keeps buckets and objects only`);
}
