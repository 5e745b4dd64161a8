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

/** Objects as texts of any length. */
export interface Texts {
  texts(bucket: string, key: string): AsyncIterable<string>;
}

/** Where objects are read from: S3 or, in a local run, the folders that are its buckets. */
export async function openTexts(sdk?: S3Module): Promise<Texts> {
  const { FANOUT_BUCKETS = "" } = process.env;
  if (FANOUT_BUCKETS === "") return await S3Text.open(sdk);
  const { root, places } = JSON.parse(FANOUT_BUCKETS) as { root: string; places: Readonly<Record<string, string>> };
  let s3: Texts | undefined;
  return {
    async *texts(bucket, key) {
      const place = places[bucket] ?? `${root}/${bucket}`;
      if (!place.startsWith("s3://")) return yield* fileTexts(`${place}/${key}`);
      s3 ??= await S3Text.open(sdk);
      yield* s3.texts(place.slice("s3://".length), key);
    },
  };
}

async function* fileTexts(path: string): AsyncGenerator<string, void, void> {
  // Named apart: Lambda never comes here.
  const name = "node:fs";
  const { createReadStream } = (await import(name)) as {
    createReadStream(path: string, encoding: "utf8"): AsyncIterable<string>;
  };
  yield* createReadStream(path, "utf8");
}

/** Reads objects as text, in parts, the next one on its way while one is worked on. */
class S3Text implements Texts {
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
