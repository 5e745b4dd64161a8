import { findFunction } from "../function-reference.js";
import { Input } from "../input.js";
import { json, type Operation } from "../operation.js";

export const listTags: Operation = (context, { parameters: [arn = ""] }) => {
  return json(200, { Tags: Object.fromEntries(findFunction(context, arn).record.tags) });
};

export const tagResource: Operation = (context, { parameters: [arn = ""], body }) => {
  const { tags } = findFunction(context, arn).record;
  for (const [key, value] of Object.entries(Input.parse(body).strings("Tags") ?? {})) tags.set(key, value);
  return { status: 204 };
};

export const untagResource: Operation = (context, { parameters: [arn = ""], query }) => {
  const { tags } = findFunction(context, arn).record;
  for (const key of query.getAll("tagKeys")) tags.delete(key);
  return { status: 204 };
};
