import type { ServerResponse } from "node:http";
import type { Buckets } from "./buckets.js";
import type { Objects } from "./objects.js";
import type { BucketRequest, ObjectRequest, S3Request } from "./request.js";
import type { Uploads } from "./uploads.js";

/** What operations work on. */
export interface S3Context {
  readonly buckets: Buckets;
  readonly objects: Objects;
  readonly uploads: Uploads;
  readonly region: string;
}

export type ServiceOperation = (context: S3Context, request: S3Request, response: ServerResponse) => Promise<void>;
export type BucketOperation = (context: S3Context, request: BucketRequest, response: ServerResponse) => Promise<void>;
export type ObjectOperation = (context: S3Context, request: ObjectRequest, response: ServerResponse) => Promise<void>;

/** Who owns everything here, as lists tell it. */
export const OWNER = { ID: "0".repeat(64), DisplayName: "local" };
