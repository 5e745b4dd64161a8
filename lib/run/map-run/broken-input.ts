import type { ReaderRequest } from "../../machine/index.js";
import type { ItemReaderError } from "../items.js";
import type { ChildExecution } from "./child.js";
import { notJson } from "./inputs.js";

/** A child that failed because its line of the items file is no JSON is the reader's failure, not its own. */
export function brokenInput(child: ChildExecution, reader: ReaderRequest | undefined): ItemReaderError | undefined {
  if (reader === undefined) return undefined;
  try {
    JSON.parse(child.input.text);
    return undefined;
  } catch (error) {
    const { Bucket: bucket, Key: key } = reader.parameters;
    return notJson(child.firstItem, `s3://${bucket}${key === undefined ? "" : `/${key}`}`, error);
  }
}
