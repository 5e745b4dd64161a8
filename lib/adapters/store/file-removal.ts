import { rm } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { removeEmpty } from "./file-writer.js";
import { findFile } from "./find-file.js";
import { pathOfKey } from "./key-path.js";

/**
 * Removes an object and the folders that are empty then, but not the bucket's. Rejects with the error of the file
 * system when there is none. Must not run at the same moment as the close of a writer in the same bucket, whose folders
 * it could remove.
 */
export async function removeFile(folder: string, key: string): Promise<void> {
  const { path } = await findFile(folder, key);
  await rm(path);
  const [first = ""] = pathOfKey(key).split("/");
  const parent = dirname(resolve(path));
  if (parent !== resolve(folder)) await removeEmpty(parent, resolve(join(folder, first)));
}
