import { FanoutError } from "../errors.js";
import { isObject, type Json } from "../json.js";
import { mapRunIdOf } from "../run/map-run/family.js";

/** What a file of results holds: children that succeeded, that did not, and that were never started. */
export type ResultClass = "SUCCEEDED" | "FAILED" | "PENDING";

const CLASSES: readonly ResultClass[] = ["SUCCEEDED", "FAILED", "PENDING"];

/** A file of results as a manifest lists it. */
export interface ListedFile {
  readonly class: ResultClass;
  /** Key below the folder of the map run: `SUCCEEDED_0.json`, `Redrive-1/SUCCEEDED_0.json`. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  readonly format: "JSON" | "JSONL";
}

/** A manifest.json, as ResultWriter leaves it. */
export interface Manifest {
  readonly mapRunArn: string;
  /** In the order in which they are to be read: class by class, oldest attempt first. */
  readonly files: readonly ListedFile[];
}

/**
 * Reads a manifest. Throws FANOUT_RESULTS_INVALID when the text is none.
 *
 * @param file What a person calls it.
 */
export function parseManifest(text: string, file: string): Manifest {
  const value = parse(text, file);
  const { MapRunArn: mapRunArn, ResultFiles: files } = isObject(value) ? value : {};
  if (typeof mapRunArn !== "string" || !isObject(files)) {
    throw notManifest(file, "it has no MapRunArn and no ResultFiles, as a ResultWriter writes them");
  }
  const id = mapRunIdOf(mapRunArn);
  const listed = CLASSES.flatMap((name) => {
    const entries = files[name] ?? [];
    if (!Array.isArray(entries)) throw notManifest(file, `ResultFiles.${name} is no array`);
    return entries.map((entry) => listedFile(name, entry, id, file));
  });
  return { mapRunArn, files: listed };
}

function listedFile(name: ResultClass, entry: Json, id: string, file: string): ListedFile {
  const { Key: key, Size: size } = isObject(entry) ? entry : {};
  if (typeof key !== "string" || typeof size !== "number") {
    throw notManifest(file, `ResultFiles.${name} has an entry without Key and Size`);
  }
  // The folder may have been moved, or be another prefix's copy: what counts is where a file is inside it.
  const at = key.lastIndexOf(`${id}/`);
  const path = at === -1 ? key.slice(key.lastIndexOf("/") + 1) : key.slice(at + id.length + 1);
  return { class: name, path, size, format: /\.jsonl$/i.test(key) ? "JSONL" : "JSON" };
}

function parse(text: string, file: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (cause) {
    throw notManifest(file, "it is not JSON", cause);
  }
}

function notManifest(file: string, why: string, cause?: unknown): FanoutError {
  const options = { location: { file }, ...(cause === undefined ? {} : { cause }) };
  return new FanoutError("FANOUT_RESULTS_INVALID", `is no manifest of results: ${why}`, options);
}
