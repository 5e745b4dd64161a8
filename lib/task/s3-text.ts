/** The module `@aws-sdk/client-s3`, as far as it must be known to be handed on. */
export interface S3Module {
  readonly S3Client: new (options: never) => { send(command: never): unknown };
  readonly GetObjectCommand: new (input: never) => unknown;
}

/** What is done with it here. */
interface S3Sdk {
  readonly S3Client: new (options: { forcePathStyle: boolean }) => { send(command: unknown): Promise<unknown> };
  readonly GetObjectCommand: new (input: Readonly<Record<string, string | undefined>>) => unknown;
}

interface Answer {
  readonly Body: { transformToByteArray(): Promise<Uint8Array> };
  readonly ContentRange?: string;
  readonly ETag?: string;
}

/** Bytes of one request: an object of 5 GB must not stay open while its results are worked on. */
const PART_BYTES = 4 * 1024 * 1024;

/** Reads objects as text, in parts, the next one on its way while one is worked on. */
export class S3Text {
  readonly #sdk: S3Sdk;
  readonly #client: InstanceType<S3Sdk["S3Client"]>;

  private constructor(sdk: S3Sdk) {
    const { AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL } = process.env;
    // Buckets are hosts at AWS only, not at what stands for it.
    const forcePathStyle = (AWS_ENDPOINT_URL_S3 ?? AWS_ENDPOINT_URL ?? "") !== "";
    this.#sdk = sdk;
    this.#client = new sdk.S3Client({ forcePathStyle });
  }

  /** @param sdk Default: the SDK that Lambda's runtime has, or the project. */
  static async open(sdk?: S3Module): Promise<S3Text> {
    // Named apart, so that bundlers leave the SDK where it is.
    const name = "@aws-sdk/client-s3";
    return new S3Text((sdk ?? (await import(name))) as S3Sdk);
  }

  async *texts(bucket: string, key: string): AsyncGenerator<string, void, void> {
    const decoder = new TextDecoder("utf-8");
    const first = await this.#part(bucket, key, 0);
    const size = Number(/\/(\d+)$/.exec(first.ContentRange ?? "")?.[1] ?? 0);
    let answer: Promise<Answer> | Answer = first;
    for (let start = 0; ; start += PART_BYTES) {
      const { Body } = await answer;
      const bytes = await Body.transformToByteArray();
      const isLast = start + PART_BYTES >= size;
      if (!isLast) {
        answer = this.#part(bucket, key, start + PART_BYTES, first.ETag);
        // It may fail before anybody waits for it.
        answer.catch(() => {});
      }
      yield decoder.decode(bytes, { stream: !isLast });
      if (isLast) return;
    }
  }

  /** Of the object as it was: one that has changed since is an error. */
  async #part(Bucket: string, Key: string, start: number, IfMatch?: string): Promise<Answer> {
    const Range = `bytes=${start}-${start + PART_BYTES - 1}`;
    return (await this.#client.send(new this.#sdk.GetObjectCommand({ Bucket, Key, Range, IfMatch }))) as Answer;
  }
}
