import type { ObjectStore } from "../../run/ports.js";
import { readOnly } from "./errors.js";

/** Sends each bucket to the store that `routes` names for it, and every other bucket to `rest`. */
export function layeredStore(routes: Readonly<Record<string, ObjectStore>>, rest: ObjectStore): ObjectStore {
  const stores = new Map(Object.entries(routes));
  const storeOf = (bucket: string) => stores.get(bucket) ?? rest;
  return {
    head: (bucket, key, options) => storeOf(bucket).head(bucket, key, options),
    get: (bucket, key, range, options) => storeOf(bucket).get(bucket, key, range, options),
    put: (bucket, key, options) => storeOf(bucket).put(bucket, key, options),
    list: (bucket, prefix, options) => storeOf(bucket).list(bucket, prefix, options),
    discards: (bucket) => storeOf(bucket).discards?.(bucket) ?? false,
    async remove(bucket, key) {
      const store = storeOf(bucket);
      if (store.remove === undefined) throw readOnly(bucket, key);
      await store.remove(bucket, key);
    },
    ...(rest.createBucket === undefined ? {} : { createBucket: rest.createBucket.bind(rest) }),
    ...(rest.buckets === undefined ? {} : { buckets: rest.buckets.bind(rest) }),
  };
}
