import { stat } from "node:fs/promises";
import { discardStore } from "../adapters/store/discard.js";
import { storeError } from "../adapters/store/errors.js";
import { infoOfFile } from "../adapters/store/file-info.js";
import { compareKeys } from "../adapters/store/key-order.js";
import type { ObjectStore } from "../run/ports.js";

/** A store that lists the given files, their paths being their keys. It answers for every bucket. */
export function listedFiles(paths: readonly string[]): ObjectStore {
  return {
    ...discardStore(),
    async *list(_bucket, prefix) {
      for (const path of [...paths].sort(compareKeys)) {
        if (path.startsWith(prefix)) yield infoOfFile(path, await stat(path).catch(rethrow));
      }
    },
  };
}

function rethrow(error: unknown): never {
  throw storeError(error);
}
