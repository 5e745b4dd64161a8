import { randomUUID } from "node:crypto";
import { ApiError, notFound } from "../api-error.js";
import { Constraints } from "../constraints.js";
import type { AliasRecord, FunctionRecord } from "../function-record.js";
import { findFunction } from "../function-reference.js";
import { Input } from "../input.js";
import { json, type Operation } from "../operation.js";
import { page } from "../page.js";
import { checkRevision } from "../revision.js";

/* Aliases are kept and shown; whatever version one names, the function is the one there is. */

export const createAlias: Operation = (context, { parameters: [functionName = ""], body }) => {
  const input = Input.parse(body);
  const { record } = findFunction(context, functionName);
  const name = input.string("Name");
  const version = input.string("FunctionVersion");
  const constraints = new Constraints();
  constraints.required("name", name);
  constraints.pattern("name", name, /(?!^[0-9]+$)([a-zA-Z0-9-_]+)/);
  constraints.required("functionVersion", version);
  constraints.pattern("functionVersion", version, /(\$LATEST|[0-9]+)/);
  constraints.check();
  const alias = {
    name: name ?? "",
    version: version ?? "",
    description: input.string("Description") ?? "",
    revisionId: randomUUID(),
  };
  if (record.aliases.has(alias.name)) {
    throw new ApiError("ResourceConflictException", `Alias already exists: ${arnOf(record, alias.name)}`);
  }
  checkVersion(record, alias.version);
  record.aliases.set(alias.name, alias);
  return json(201, shown(record, alias));
};

export const getAlias: Operation = (context, { parameters: [functionName = "", name = ""] }) => {
  const { record } = findFunction(context, functionName);
  return json(200, shown(record, find(record, name)));
};

export const listAliases: Operation = (context, { parameters: [functionName = ""], query }) => {
  const { record } = findFunction(context, functionName);
  const version = query.get("FunctionVersion");
  const names = [...record.aliases.keys()].sort();
  const aliases = names.map((name) => find(record, name)).filter((each) => !version || each.version === version);
  const { items, next } = page(aliases, (alias) => alias.name, query);
  return json(200, { Aliases: items.map((alias) => shown(record, alias)), NextMarker: next });
};

export const updateAlias: Operation = (context, { parameters: [functionName = "", name = ""], body }) => {
  const input = Input.parse(body);
  const { record } = findFunction(context, functionName);
  const before = find(record, name);
  checkRevision(before, input.string("RevisionId"));
  const alias = {
    name,
    version: input.string("FunctionVersion") ?? before.version,
    description: input.string("Description") ?? before.description,
    revisionId: randomUUID(),
  };
  checkVersion(record, alias.version);
  record.aliases.set(name, alias);
  return json(200, shown(record, alias));
};

export const deleteAlias: Operation = (context, { parameters: [functionName = "", name = ""] }) => {
  findFunction(context, functionName).record.aliases.delete(name);
  return { status: 204 };
};

function find(record: FunctionRecord, name: string): AliasRecord {
  const alias = record.aliases.get(name);
  if (alias !== undefined) return alias;
  throw new ApiError("ResourceNotFoundException", `Cannot find alias arn: ${arnOf(record, name)}`);
}

function checkVersion(record: FunctionRecord, version: string): void {
  if (version === "$LATEST" || record.versions.numbers.has(Number(version))) return;
  throw notFound(arnOf(record, version));
}

function arnOf(record: FunctionRecord, qualifier: string): string {
  return `${record.definition.arn}:${qualifier}`;
}

function shown(record: FunctionRecord, { name, version, description, revisionId }: AliasRecord): object {
  return {
    AliasArn: arnOf(record, name),
    Name: name,
    FunctionVersion: version,
    Description: description,
    RevisionId: revisionId,
  };
}
