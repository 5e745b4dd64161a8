import { invalidParameter } from "../api-error.js";
import { configuration } from "../configuration.js";
import { findFunction } from "../function-reference.js";
import { Input } from "../input.js";
import { json, type Operation } from "../operation.js";
import { page } from "../page.js";
import { checkRevision } from "../revision.js";
import { publish } from "../versions.js";

export const publishVersion: Operation = (context, { parameters: [name = ""], body }) => {
  const input = Input.parse(body);
  const { record } = findFunction(context, name);
  checkRevision(record, input.string("RevisionId"));
  const wanted = input.string("CodeSha256");
  if (wanted !== undefined && wanted !== "" && wanted !== record.codeSha256) {
    throw invalidParameter(
      `CodeSHA256 (${wanted}) is different from current CodeSHA256 in $LATEST (${record.codeSha256}). Please try again with the CodeSHA256 in $LATEST.`,
    );
  }
  const description = input.string("Description");
  const shown = configuration(record, publish(record));
  return json(201, description === undefined ? shown : { ...shown, Description: description });
};

export const listVersionsByFunction: Operation = (context, { parameters: [name = ""], query }) => {
  const { record } = findFunction(context, name);
  const numbers = [...record.versions.numbers].sort((a, b) => a - b).map(String);
  // `$` is before all digits, and numbers of one length are in the order of their text.
  const keyOf = (version: string) => (version === "$LATEST" ? version : version.padStart(16, "0"));
  const { items, next } = page(["$LATEST", ...numbers], keyOf, query);
  return json(200, { Versions: items.map((version) => configuration(record, version)), NextMarker: next });
};
