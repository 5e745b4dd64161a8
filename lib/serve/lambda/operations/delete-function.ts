import { invalidParameter } from "../api-error.js";
import { findFunction } from "../function-reference.js";
import type { Operation } from "../operation.js";

export const deleteFunction: Operation = (context, { parameters: [name = ""], query }) => {
  const { record, qualifier } = findFunction(context, name, query.get("Qualifier"));
  if (qualifier === undefined) context.functions.delete(record);
  else if (qualifier === "$LATEST") {
    throw invalidParameter("$LATEST version cannot be deleted without deleting the function.");
  } else record.versions.numbers.delete(Number(qualifier));
  return { status: 204 };
};
