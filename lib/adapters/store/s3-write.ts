import type { CompletedPart } from "@aws-sdk/client-s3";
import type { ObjectInfo, ObjectWriter } from "../../run/ports.js";
import type { ConnectedS3 } from "./s3-client.js";

/** Bytes of the first parts. S3 takes 10,000 parts of at least 5 MiB, so later ones are larger. */
const PART_BYTES = 8 * 1024 * 1024;
const PARTS_OF_A_SIZE = 1000;
/** Parts on their way while the next one is gathered. */
const AT_ONCE = 2;

/** What an object is going to be. */
export interface S3Destination {
  readonly target: { readonly Bucket: string; readonly Key: string };
  readonly contentType: string | undefined;
  /** Looks at the object that has been written. */
  readonly head: () => Promise<ObjectInfo>;
}

/** What a request that makes the object says of it. */
function described({ target, contentType }: S3Destination) {
  return contentType === undefined ? target : { ...target, ContentType: contentType };
}

/** An object that is put in one request, when it is whole. */
export function wholeWriter({ client, sdk }: ConnectedS3, destination: S3Destination): ObjectWriter {
  let gathered: Buffer[] = [];
  return {
    // A copy: the caller may use its buffer again.
    write: async (chunk) => {
      gathered.push(Buffer.from(chunk));
    },
    async close() {
      await client.send(new sdk.PutObjectCommand({ ...described(destination), Body: Buffer.concat(gathered) }));
      return await destination.head();
    },
    abort: async () => {
      gathered = [];
    },
  };
}

/**
 * Writes an object by multipart upload, which is begun at once: whether the bucket may be written to is known before
 * there is anything to write. Nothing is visible before `close`; `abort` leaves nothing behind.
 */
export class S3Writer implements ObjectWriter {
  readonly #s3: ConnectedS3;
  readonly #target: { readonly Bucket: string; readonly Key: string };
  readonly #uploadId: string;
  readonly #head: () => Promise<ObjectInfo>;
  readonly #parts: CompletedPart[] = [];
  readonly #running = new Set<Promise<void>>();
  readonly #aborting = new AbortController();
  #failure: unknown;
  #gathered: Uint8Array[] = [];
  #length = 0;

  private constructor(
    s3: ConnectedS3,
    target: { Bucket: string; Key: string },
    uploadId: string,
    head: () => Promise<ObjectInfo>,
  ) {
    this.#s3 = s3;
    this.#target = target;
    this.#uploadId = uploadId;
    this.#head = head;
  }

  static async open(s3: ConnectedS3, destination: S3Destination): Promise<S3Writer> {
    const command = new s3.sdk.CreateMultipartUploadCommand(described(destination));
    const { UploadId = "" } = await s3.client.send(command);
    return new S3Writer(s3, destination.target, UploadId, destination.head);
  }

  async write(chunk: string | Uint8Array): Promise<void> {
    // A copy: the caller may use its buffer again.
    const bytes = Buffer.from(chunk);
    this.#gathered.push(bytes);
    this.#length += bytes.length;
    const part = PART_BYTES * (1 + Math.floor(this.#parts.length / PARTS_OF_A_SIZE));
    if (this.#length >= part) this.#upload();
    while (this.#running.size > AT_ONCE) await Promise.race(this.#running);
    this.#check();
  }

  async close(): Promise<ObjectInfo> {
    // An upload has at least one part, and the last one may be of any size.
    if (this.#length > 0 || this.#parts.length === 0) this.#upload();
    await Promise.all(this.#running);
    this.#check();
    const { client, sdk } = this.#s3;
    const command = new sdk.CompleteMultipartUploadCommand({
      ...this.#target,
      UploadId: this.#uploadId,
      MultipartUpload: { Parts: this.#parts },
    });
    await client.send(command);
    return await this.#head();
  }

  async abort(): Promise<void> {
    this.#aborting.abort();
    // A part that arrives after the end of its upload would stay.
    await Promise.all(this.#running);
    const { client, sdk } = this.#s3;
    await client.send(new sdk.AbortMultipartUploadCommand({ ...this.#target, UploadId: this.#uploadId }));
  }

  #upload(): void {
    const body = Buffer.concat(this.#gathered);
    this.#gathered = [];
    this.#length = 0;
    const part = { PartNumber: this.#parts.length + 1 };
    this.#parts.push(part);
    const { client, sdk } = this.#s3;
    const upload = client
      .send(new sdk.UploadPartCommand({ ...this.#target, ...part, UploadId: this.#uploadId, Body: body }), {
        abortSignal: this.#aborting.signal,
      })
      .then((answer) => {
        // With its checksums: S3 wants them again at the end.
        const { ETag, ChecksumCRC32, ChecksumCRC32C, ChecksumCRC64NVME, ChecksumSHA1, ChecksumSHA256 } = answer;
        const sums = { ETag, ChecksumCRC32, ChecksumCRC32C, ChecksumCRC64NVME, ChecksumSHA1, ChecksumSHA256 };
        Object.assign(part, sums);
      })
      .catch((error: unknown) => {
        this.#failure ??= error;
      })
      .finally(() => this.#running.delete(upload));
    this.#running.add(upload);
  }

  #check(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }
}
