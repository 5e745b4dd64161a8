import { dirname, join, resolve } from "node:path";
import { isObject, type Json, type JsonObject } from "../../json.js";
import { readDocument } from "./read.js";

/** Where the files are that a template speaks of. */
export interface Assets {
  /** Relative paths in the template start here. */
  readonly directory: string;
  /** Path of the local file or directory that is uploaded under an object key. */
  readonly byKey: ReadonlyMap<string, string>;
}

/** The assets that CDK manifests (`*.assets.json`) list. */
export function readAssets(directory: string, manifests: readonly string[]): Assets {
  const byKey = new Map<string, string>();
  for (const manifest of manifests) {
    const document = readDocument(manifest);
    const files = isObject(document) && isObject(document.files) ? document.files : {};
    for (const file of Object.values(files)) addFile(byKey, dirname(manifest), file);
  }
  return { directory, byKey };
}

function addFile(byKey: Map<string, string>, directory: string, file: Json): void {
  if (!isObject(file) || !isObject(file.source) || typeof file.source.path !== "string") return;
  const destinations = isObject(file.destinations) ? file.destinations : {};
  for (const destination of Object.values(destinations)) {
    if (!isObject(destination) || typeof destination.objectKey !== "string") continue;
    byKey.set(destination.objectKey, join(directory, file.source.path));
  }
}

/**
 * The local path of what a resource's property stands for: the asset that CDK noted in the metadata, or the one that is
 * uploaded under `key`, which may be the end of a URL.
 */
export function assetPath(
  assets: Assets,
  metadata: JsonObject,
  property: string,
  key: string | undefined,
): string | undefined {
  const noted = metadata["aws:asset:path"];
  const isNoted = typeof noted === "string" && (metadata["aws:asset:property"] ?? property) === property;
  if (isNoted) return resolve(assets.directory, noted);
  if (key === undefined) return undefined;
  return assets.byKey.get(key) ?? assets.byKey.get(key.slice(key.lastIndexOf("/") + 1));
}
