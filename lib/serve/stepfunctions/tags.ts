import { ApiError } from "./api-error.js";

export interface Tag {
  readonly key?: string;
  readonly value?: string;
}

const MOST_TAGS = 50;

/** Tags with more added; a later value of a key replaces an earlier one. Throws TooManyTags. */
export function withTags(
  tags: ReadonlyMap<string, string>,
  more: readonly Tag[] = [],
  resourceArn = "",
): Map<string, string> {
  const result = new Map(tags);
  for (const { key = "", value = "" } of more) result.set(key, value);
  if (result.size > MOST_TAGS) throw new ApiError("TooManyTags", `Too many tags for resource: '${resourceArn}'`);
  return result;
}
