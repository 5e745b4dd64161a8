import type { Journal } from "../../run/ports.js";

/** Forgets every event at once, for runs whose histories nobody reads. */
export function noJournal(): Journal {
  return { record() {}, history: () => [], close: async () => {} };
}
