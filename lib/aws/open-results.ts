import { type S3Store, s3Store } from "../adapters/store/s3.js";
import { FanoutError } from "../errors.js";
import { folderAt, folderIn, type ResultFolder } from "../results/place.js";
import type { RunResults } from "../results/read.js";
import { type ConnectOptions, connect } from "./client.js";
import { parseRunArn, resultsOfRun } from "./execution-results.js";

/** Connections to S3, made when they are first needed. */
export class LazyS3 {
  readonly #options: ConnectOptions;
  #store: Promise<S3Store> | undefined;

  constructor(options: ConnectOptions) {
    this.#options = options;
  }

  get = (): Promise<S3Store> => {
    this.#store ??= s3Store(this.#options);
    return this.#store;
  };

  async close(): Promise<void> {
    const store = await this.#store?.catch(() => undefined);
    store?.close();
  }
}

/** Options with the Region of an ARN, where it is one and none is given. */
export function withRegionOf(run: string, options: ConnectOptions): ConnectOptions {
  return run.startsWith("arn:") ? { ...options, region: options.region ?? parseRunArn(run).region } : options;
}

/**
 * Finds the results of a run: by the path or the s3:// URI of its manifest.json or of the folder that has it, or by the
 * ARN of an execution or a map run. Throws FanoutError.
 */
export async function openResults(run: string, s3: LazyS3, options: ConnectOptions): Promise<RunResults> {
  if (run.startsWith("arn:")) return await ofArn(run, s3, options);
  if (!run.startsWith("s3://")) return files(await folderAt(run));
  const [, bucket, key = ""] = /^s3:\/\/([^/]+)(?:\/(.*))?$/s.exec(run) ?? [];
  if (bucket === undefined) {
    throw new FanoutError("FANOUT_USAGE", `${run}: it must be s3://BUCKET/PREFIX, or that of a manifest.json`);
  }
  return files(await folderIn(await s3.get(), bucket, key));
}

async function ofArn(arn: string, s3: LazyS3, options: ConnectOptions): Promise<RunResults> {
  const client = await connect(options);
  try {
    const found = await resultsOfRun(client, arn);
    if (found.kind === "children") return found;
    const { bucket, key } = found.kind === "files" ? found.reference : { bucket: found.bucket, key: found.prefix };
    return files(await folderIn(await s3.get(), bucket, key));
  } finally {
    client.destroy();
  }
}

function files(folder: ResultFolder): RunResults {
  return { kind: "files", folder };
}
