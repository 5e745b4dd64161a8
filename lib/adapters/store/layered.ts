import type { ObjectStore } from "../../run/ports.js";
import { readOnly } from "./errors.js";

/** Sends each bucket to the store that `routes` names for it, and every other bucket to `rest`. */
export function layeredStore(routes: Readonly<Record<string, ObjectStore>>, rest: ObjectStore): ObjectStore {
  const stores = new Map(Object.entries(routes));
  const storeOf = (bucket: string) => stores.get(bucket) ?? rest;
  return {
    head: (bucket, key) => storeOf(bucket).head(bucket, key),
    get: (bucket, key, range) => storeOf(bucket).get(bucket, key, range),
    put: (bucket, key) => storeOf(bucket).put(bucket, key),
    list: (bucket, prefix) => storeOf(bucket).list(bucket, prefix),
    async remove(bucket, key) {
      const store = storeOf(bucket);
      if (store.remove === undefined) throw readOnly(bucket, key);
      await store.remove(bucket, key);
    },
    ...(rest.createBucket === undefined ? {} : { createBucket: rest.createBucket.bind(rest) }),
    ...(rest.buckets === undefined ? {} : { buckets: rest.buckets.bind(rest) }),
  };
}
