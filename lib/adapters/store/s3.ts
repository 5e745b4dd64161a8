import {
  type ObjectInfo,
  type ObjectStore,
  ObjectStoreError,
  type ObjectWriter,
  type ReadOptions,
  type WriteOptions,
} from "../../run/ports.js";
import { type ConnectedS3, connectS3, type S3Connection } from "./s3-client.js";
import { isOutOfRange, s3Failure, saysLittle } from "./s3-failure.js";
import { infoOfAnswer, openObject, requestOf, restOfObject, type S3Source } from "./s3-read.js";
import { S3Writer, wholeWriter } from "./s3-write.js";

/** A store whose connections end with it. */
export interface S3Store extends ObjectStore {
  close(): void;
}

/**
 * Objects in S3 itself, through the AWS SDK that the user has. Large objects are read in parts, several at a time, and
 * written by multipart upload; some 10 MB of memory for one and 40 MB for the other. Throws FANOUT_PACKAGE_MISSING
 * without the SDK and FANOUT_AWS without credentials or Region.
 */
export async function s3Store(connection: S3Connection = {}): Promise<S3Store> {
  return new RealS3(await connectS3(connection));
}

class RealS3 implements S3Store {
  readonly #s3: ConnectedS3;

  constructor(s3: ConnectedS3) {
    this.#s3 = s3;
  }

  head(bucket: string, key: string, options: ReadOptions = {}): Promise<ObjectInfo> {
    return this.#explained(bucket, key, () => this.#head({ bucket, key, options }));
  }

  async #head(source: S3Source): Promise<ObjectInfo> {
    const { client, sdk } = this.#s3;
    try {
      const answer = await client.send(new sdk.HeadObjectCommand(requestOf(source)));
      return infoOfAnswer(source.key, answer, answer.ContentLength ?? 0);
    } catch (error) {
      if (!saysLittle(error)) throw error;
      // What is wrong is told only where there is a body to tell it in.
      return (await openObject(this.#s3, source, 0, 1)).info;
    }
  }

  get(bucket: string, key: string, range?: { start: number; end?: number }, options: ReadOptions = {}) {
    const { start = 0, end = Number.POSITIVE_INFINITY } = range ?? {};
    const source = { bucket, key, options };
    return this.#explained(bucket, key, async () => {
      if (end <= start) return { ...(await this.#head(source)), body: noBytes() };
      try {
        const { info, chunks } = await openObject(this.#s3, source, start, end);
        return { ...info, body: this.#body(source, info, chunks, start, Math.min(end, info.size)) };
      } catch (error) {
        if (!isOutOfRange(error)) throw error;
        return { ...(await this.#head(source)), body: noBytes() };
      }
    });
  }

  async *#body(
    source: S3Source,
    { etag }: ObjectInfo,
    first: Uint8Array[],
    start: number,
    end: number,
  ): AsyncGenerator<Uint8Array, void, void> {
    let next = start;
    // Taken out, so that what has been used is not kept as long as the rest is read.
    for (let chunk = first.shift(); chunk !== undefined; chunk = first.shift()) {
      next += chunk.length;
      yield chunk;
    }
    try {
      yield* restOfObject(this.#s3, source, etag, next, end);
    } catch (error) {
      throw s3Failure(error, `s3://${source.bucket}/${source.key}`, await this.#region());
    }
  }

  put(bucket: string, key: string, { contentType, inParts = true }: WriteOptions = {}): Promise<ObjectWriter> {
    const head = () => this.#head({ bucket, key, options: {} });
    const destination = { target: { Bucket: bucket, Key: key }, contentType, head };
    return this.#explained(bucket, key, async () => {
      const writer = await (inParts ? S3Writer.open(this.#s3, destination) : wholeWriter(this.#s3, destination));
      return {
        write: (chunk) => this.#explained(bucket, key, () => writer.write(chunk)),
        close: () => this.#explained(bucket, key, () => writer.close()),
        abort: () => this.#explained(bucket, key, () => writer.abort()),
      };
    });
  }

  async *list(bucket: string, prefix: string, options: ReadOptions = {}): AsyncGenerator<ObjectInfo, void, void> {
    const { expectedBucketOwner: ExpectedBucketOwner } = options;
    // Keys may have characters that XML has not.
    const request = { Bucket: bucket, Prefix: prefix, EncodingType: "url" as const };
    const owned = ExpectedBucketOwner === undefined ? request : { ...request, ExpectedBucketOwner };
    for (let token: string | undefined, more = true; more; ) {
      const page = await this.#explained(bucket, prefix, () => {
        const { client, sdk } = this.#s3;
        const next = token === undefined ? {} : { ContinuationToken: token };
        return client.send(new sdk.ListObjectsV2Command({ ...owned, ...next }));
      });
      for (const object of page.Contents ?? []) {
        yield infoOfAnswer(decodeKey(object.Key ?? ""), object, object.Size ?? 0);
      }
      token = page.NextContinuationToken;
      more = page.IsTruncated === true && token !== undefined;
    }
  }

  async remove(bucket: string, key: string): Promise<void> {
    const { client, sdk } = this.#s3;
    const command = new sdk.DeleteObjectCommand({ Bucket: bucket, Key: key });
    await this.#explained(bucket, key, () => client.send(command));
  }

  close(): void {
    this.#s3.client.destroy();
  }

  async #explained<T>(bucket: string, key: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw error instanceof ObjectStoreError ? error : s3Failure(error, `s3://${bucket}/${key}`, await this.#region());
    }
  }

  #region(): Promise<string> {
    return this.#s3.client.config.region();
  }
}

function decodeKey(key: string): string {
  return decodeURIComponent(key.replaceAll("+", " "));
}

async function* noBytes(): AsyncGenerator<Uint8Array, void, void> {}
