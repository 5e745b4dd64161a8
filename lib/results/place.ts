import { stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { buffer } from "node:stream/consumers";
import { fileStore } from "../adapters/store/files.js";
import { FanoutError } from "../errors.js";
import { type ObjectStore, ObjectStoreError } from "../run/ports.js";
import { type ListedFile, type Manifest, parseManifest } from "./manifest.js";

/** A manifest, and where the files are that it lists. */
export interface ResultFolder {
  readonly manifest: Manifest;
  readonly store: ObjectStore;
  readonly bucket: string;
  keyOf(file: ListedFile): string;
  /** What a person calls a file of the folder. */
  nameOf(file: ListedFile): string;
}

const MANIFEST = "manifest.json";
/** More of them than a folder of results has is another folder. */
const LOOKED_AT = 100_000;
/** The bucket that a folder of this machine is. */
const HERE = "here";

/** The results that are at a path: a manifest, or a folder that has one. Throws FanoutError. */
export async function folderAt(path: string): Promise<ResultFolder> {
  const stats = await stat(path).catch(() => undefined);
  if (stats === undefined) throw missing(path, "there is no such file or folder");
  const isFile = !stats.isDirectory();
  // A manifest of a redrive is one folder deeper than the files of the attempts before it.
  const folder = isFile ? dirname(path) : path;
  const isRedrive = REDRIVE.test(basename(folder));
  const root = isRedrive ? dirname(folder) : folder;
  const store = fileStore({ root, buckets: { [HERE]: root } });
  const prefix = isRedrive ? `${basename(folder)}/` : "";
  const key = isFile ? prefix + basename(path) : await manifestBelow(store, HERE, prefix, path);
  return await folderOf(store, HERE, key, (inside) => join(root, inside));
}

/** The results that are in S3: at the key of a manifest, or below a prefix. Throws FanoutError. */
export async function folderIn(store: ObjectStore, bucket: string, keyOrPrefix: string): Promise<ResultFolder> {
  const name = (key: string) => `s3://${bucket}/${key}`;
  const isKey = /\.json$/i.test(keyOrPrefix);
  const prefix = keyOrPrefix === "" || keyOrPrefix.endsWith("/") ? keyOrPrefix : `${keyOrPrefix}/`;
  const key = isKey ? keyOrPrefix : await manifestBelow(store, bucket, prefix, name(keyOrPrefix));
  return await folderOf(store, bucket, key, name);
}

const REDRIVE = /^Redrive-(\d+)$/;

/** The manifest of the last attempt of the one map run that has its results below a prefix. */
async function manifestBelow(store: ObjectStore, bucket: string, prefix: string, name: string): Promise<string> {
  const runs = new Map<string, { key: string; attempt: number }>();
  let looked = 0;
  try {
    for await (const { key } of store.list(bucket, prefix)) {
      if (++looked > LOOKED_AT)
        throw missing(name, "has too many files: give the folder of the run, or its manifest.json");
      if (key !== MANIFEST && !key.endsWith(`/${MANIFEST}`)) continue;
      const parts = key.split("/").slice(0, -1);
      const attempt = Number(REDRIVE.exec(parts.at(-1) ?? "")?.[1] ?? 0);
      const run = (attempt > 0 ? parts.slice(0, -1) : parts).join("/");
      if (attempt >= (runs.get(run)?.attempt ?? 0)) runs.set(run, { key, attempt });
    }
  } catch (error) {
    throw unreadable(error, name);
  }
  const [only, ...others] = runs.values();
  if (only === undefined) throw missing(name, `has no ${MANIFEST}: results that are files have one`);
  if (others.length === 0) return only.key;
  const some = [only, ...others].slice(0, 3).map(({ key }) => key);
  const more = others.length > 2 ? ` and ${others.length - 2} more` : "";
  throw new FanoutError("FANOUT_USAGE", `${name} has the results of several runs, give one: ${some.join(", ")}${more}`);
}

async function folderOf(
  store: ObjectStore,
  bucket: string,
  key: string,
  nameOfKey: (key: string) => string,
): Promise<ResultFolder> {
  const manifest = parseManifest(await textOf(store, bucket, key, nameOfKey(key)), nameOfKey(key));
  const parts = key.split("/").slice(0, -1);
  if (REDRIVE.test(parts.at(-1) ?? "")) parts.pop();
  const root = parts.length === 0 ? "" : `${parts.join("/")}/`;
  const folder: ResultFolder = {
    manifest,
    store,
    bucket,
    keyOf: ({ path }) => root + path,
    nameOf: ({ path }) => nameOfKey(root + path),
  };
  for (const file of manifest.files) await checkFile(folder, file);
  return folder;
}

async function textOf(store: ObjectStore, bucket: string, key: string, name: string): Promise<string> {
  try {
    const { body } = await store.get(bucket, key);
    return (await buffer(body)).toString("utf8");
  } catch (error) {
    throw unreadable(error, name);
  }
}

/** Told before the first result is: what is not whole is not worth reading. */
async function checkFile({ store, bucket, keyOf, nameOf }: ResultFolder, file: ListedFile): Promise<void> {
  const name = nameOf(file);
  const { size } = await store.head(bucket, keyOf(file)).catch((error: unknown) => {
    throw unreadable(error, name);
  });
  if (size === file.size) return;
  const message = `has ${size} bytes, and ${file.size} by its manifest: it was changed or not copied whole`;
  throw new FanoutError("FANOUT_RESULTS_INVALID", message, { location: { file: name } });
}

/** An error of a store, for a person. */
export function unreadable(error: unknown, name: string): Error {
  if (!(error instanceof ObjectStoreError)) return error as Error;
  const isMissing = error.code === "NoSuchKey" || error.code === "NoSuchBucket";
  if (error.message.startsWith(`${name} (`)) {
    return new FanoutError(isMissing ? "FANOUT_FILE_NOT_FOUND" : "FANOUT_AWS", error.message, { cause: error });
  }
  if (isMissing && !name.startsWith("s3://")) return missing(name, "there is no such file", error);
  const code = isMissing ? "FANOUT_FILE_NOT_FOUND" : "FANOUT_FILE_UNREADABLE";
  return new FanoutError(code, error.message, { location: { file: name }, cause: error });
}

function missing(file: string, message: string, cause?: unknown): FanoutError {
  const options = { location: { file }, ...(cause === undefined ? {} : { cause }) };
  return new FanoutError("FANOUT_FILE_NOT_FOUND", message, options);
}
