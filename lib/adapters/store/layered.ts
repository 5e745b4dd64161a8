import type { ObjectStore } from "../../run/ports.js";

/** Sends each bucket to the store that `routes` names for it, and every other bucket to `rest`. */
export function layeredStore(routes: Readonly<Record<string, ObjectStore>>, rest: ObjectStore): ObjectStore {
  const stores = new Map(Object.entries(routes));
  const storeOf = (bucket: string) => stores.get(bucket) ?? rest;
  return {
    head: (bucket, key) => storeOf(bucket).head(bucket, key),
    get: (bucket, key, range) => storeOf(bucket).get(bucket, key, range),
    put: (bucket, key) => storeOf(bucket).put(bucket, key),
    list: (bucket, prefix) => storeOf(bucket).list(bucket, prefix),
  };
}
