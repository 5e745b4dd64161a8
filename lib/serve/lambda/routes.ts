import { ApiError } from "./api-error.js";
import type { BodyLimit } from "./http.js";
import type { Operation } from "./operation.js";
import { createAlias, deleteAlias, getAlias, listAliases, updateAlias } from "./operations/aliases.js";
import { createFunction } from "./operations/create-function.js";
import { deleteFunction } from "./operations/delete-function.js";
import { getFunction, getFunctionConfiguration, getPackage } from "./operations/get-function.js";
import { invoke } from "./operations/invoke.js";
import { listFunctions } from "./operations/list-functions.js";
import { addPermission, getPolicy, removePermission } from "./operations/permissions.js";
import { listTags, tagResource, untagResource } from "./operations/tags.js";
import { updateFunctionCode } from "./operations/update-function-code.js";
import { updateFunctionConfiguration } from "./operations/update-function-configuration.js";
import { listVersionsByFunction, publishVersion } from "./operations/versions.js";

/** 6 MB. */
const LARGEST_PAYLOAD = 6_291_456;
/** A zip of 50 MB in base64, and what goes with it. */
const LARGEST_REQUEST = 70_167_211;

/** Method and path without the API's date; `*` is a parameter. */
const ROUTES: Readonly<Record<string, Operation>> = {
  "POST functions": createFunction,
  "GET functions": listFunctions,
  "GET functions/*": getFunction,
  "DELETE functions/*": deleteFunction,
  "PUT functions/*/code": updateFunctionCode,
  "GET functions/*/configuration": getFunctionConfiguration,
  "PUT functions/*/configuration": updateFunctionConfiguration,
  "POST functions/*/invocations": invoke,
  // Not of Lambda: where Code.Location of GetFunction leads.
  "GET functions/*/package.zip": getPackage,
  "GET functions/*/policy": getPolicy,
  "POST functions/*/policy": addPermission,
  "DELETE functions/*/policy/*": removePermission,
  "GET functions/*/versions": listVersionsByFunction,
  "POST functions/*/versions": publishVersion,
  "GET functions/*/aliases": listAliases,
  "POST functions/*/aliases": createAlias,
  "GET functions/*/aliases/*": getAlias,
  "PUT functions/*/aliases/*": updateAlias,
  "DELETE functions/*/aliases/*": deleteAlias,
  "GET tags/*": listTags,
  "POST tags/*": tagResource,
  "DELETE tags/*": untagResource,
};

/** Words of paths that are not parameters. */
const WORDS = new Set("code configuration invocations package.zip policy versions aliases".split(" "));

export interface Route {
  readonly operation: Operation;
  readonly parameters: readonly string[];
  readonly largestBody: BodyLimit;
}

/** Finds what a request asks for. The date in front, such as `/2015-03-31/`, may be that of any version of the API. */
export function route(method: string, path: string): Route {
  const [date = "", resource = "", ...parts] = path.replace(/\/+$/, "").slice(1).split("/");
  const parameters: string[] = [];
  const shape = parts.map((part, index) => {
    if (index === 1 && WORDS.has(part)) return part;
    parameters.push(decode(part));
    return "*";
  });
  const key = `${method} ${[resource, ...shape].join("/")}`;
  const operation = Object.hasOwn(ROUTES, key) ? ROUTES[key] : undefined;
  if (operation === undefined || !/^\d{4}-\d\d-\d\d$/.test(date)) {
    const message = `${method} ${path} is not an operation of Lambda that this endpoint has`;
    throw new ApiError("UnknownOperationException", message);
  }
  return { operation, parameters, largestBody: limitOf(operation) };
}

function limitOf(operation: Operation): BodyLimit {
  if (operation === invoke) return { bytes: LARGEST_PAYLOAD, operation: "InvokeFunction" };
  const name = operation === updateFunctionCode ? "UpdateFunctionCode" : "CreateFunction";
  return { bytes: LARGEST_REQUEST, operation: name };
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new ApiError("SerializationException", `the path has a part that is not percent-encoded UTF-8: ${part}`);
  }
}
