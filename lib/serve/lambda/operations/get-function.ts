import { readFile } from "node:fs/promises";
import { notFound } from "../api-error.js";
import { configuration } from "../configuration.js";
import { findFunction } from "../function-reference.js";
import { json, type Operation } from "../operation.js";

export const getFunction: Operation = (context, { parameters: [name = ""], query, origin }) => {
  const { record, qualifier } = findFunction(context, name, query.get("Qualifier"));
  const { code, tags, definition } = record;
  const location = `${origin}/2015-03-31/functions/${definition.name}/package.zip`;
  return json(200, {
    Configuration: configuration(record, qualifier),
    Code: { RepositoryType: "S3", Location: code === undefined ? undefined : location },
    Tags: tags.size === 0 ? undefined : Object.fromEntries(tags),
  });
};

export const getFunctionConfiguration: Operation = (context, { parameters: [name = ""], query }) => {
  const { record, qualifier } = findFunction(context, name, query.get("Qualifier"));
  return json(200, configuration(record, qualifier));
};

/** The zip that the code came in. */
export const getPackage: Operation = async (context, { parameters: [name = ""] }) => {
  const { code, definition } = findFunction(context, name).record;
  if (code === undefined) throw notFound(definition.arn);
  return { status: 200, headers: { "content-type": "application/zip" }, body: await readFile(code.package) };
};
