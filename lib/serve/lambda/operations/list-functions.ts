import { configuration } from "../configuration.js";
import { json, type Operation } from "../operation.js";
import { page } from "../page.js";

export const listFunctions: Operation = (context, { query }) => {
  const { items, next } = page(context.functions.list(), ({ definition }) => definition.name, query);
  return json(200, { Functions: items.map((record) => configuration(record)), NextMarker: next });
};
