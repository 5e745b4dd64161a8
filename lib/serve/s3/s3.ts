import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";
import type { ObjectStore } from "../../run/ports.js";
import { Buckets } from "./buckets.js";
import type { S3Context } from "./context.js";
import { asS3Error } from "./errors.js";
import { MetadataFiles } from "./metadata.js";
import { engineStore } from "./object-store.js";
import { Objects } from "./objects.js";
import { identify, sendError } from "./reply.js";
import { readRequest, type S3Request } from "./request.js";
import { route } from "./route.js";
import { Uploads } from "./uploads.js";

export interface S3Options {
  /** Folder in which each bucket is a folder. What S3 keeps besides the bytes is in `.metadata` and `.uploads` there. */
  readonly root: string;
  /** Buckets that are folders elsewhere: name -> folder. */
  readonly buckets?: Readonly<Record<string, string>>;
  /** Region of this endpoint, such as `us-east-1`. */
  readonly region: string;
  /** Epoch ms for the times of objects. Default: Date.now. */
  readonly now?: () => number;
}

export interface S3 {
  /** Answers one request, whatever it is. Never rejects. */
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>;
  /** The same objects for the engine's readers and writers. */
  readonly store: ObjectStore;
}

/**
 * The S3 API over folders: what readers, writers and users' handlers need of it. Nothing is read or written before the
 * first request.
 */
export function createS3(options: S3Options): S3 {
  const notes = join(options.root, ".metadata");
  const buckets = new Buckets(options.root, options.buckets ?? {}, notes);
  const now = options.now ?? Date.now;
  const objects = new Objects(buckets, new MetadataFiles(notes), now);
  const uploads = new Uploads(join(options.root, ".uploads"), now);
  const context: S3Context = { buckets, objects, uploads, region: options.region };
  return {
    handle: (request, response) => handle(context, request, response),
    store: engineStore(objects, buckets, options.region),
  };
}

async function handle(context: S3Context, message: IncomingMessage, response: ServerResponse): Promise<void> {
  identify(response);
  let request: S3Request | undefined;
  try {
    request = await readRequest(message, isBucket(context));
    await route(context, request, response);
  } catch (error) {
    if (response.headersSent) response.destroy();
    else sendError(response, request, asS3Error(error, request?.bucket, request?.key));
  } finally {
    // What is left of the body is thrown away, so that the connection can be used again.
    message.resume();
  }
}

function isBucket({ buckets }: S3Context): (name: string) => Promise<boolean> {
  return async (name) => /^[a-z0-9.-]+$/.test(name) && (await buckets.exists(name));
}
