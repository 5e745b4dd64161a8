import { S3Error } from "./errors.js";
import { parseDocument } from "./xml.js";

export type Tags = Readonly<Record<string, string>>;

/** Tags of the header `x-amz-tagging`: `a=1&b=2`. */
export function parseTagging(text: string): Tags {
  return checkTags([...new URLSearchParams(text)]);
}

/** Tags of a Tagging document. */
export function parseTaggingDocument(text: string): Tags {
  const set = parseDocument(text, "Tagging").first("TagSet");
  if (set === undefined) throw new S3Error("MalformedXML");
  return checkTags(set.all("Tag").map((tag) => [tag.text("Key") ?? "", tag.text("Value") ?? ""]));
}

function checkTags(pairs: readonly (readonly [string, string])[]): Tags {
  if (pairs.length > 10) throw new S3Error("BadRequest", "Object tags cannot be greater than 10");
  const tags: Record<string, string> = {};
  for (const [key, value] of pairs) {
    if (key === "" || key.length > 128) throw new S3Error("InvalidTag", "The TagKey you have provided is invalid");
    if (value.length > 256) throw new S3Error("InvalidTag", "The TagValue you have provided is invalid");
    if (Object.hasOwn(tags, key)) {
      throw new S3Error("InvalidTag", "Cannot provide multiple Tags with the same key", { TagKey: key });
    }
    Object.defineProperty(tags, key, { value, enumerable: true });
  }
  return tags;
}
