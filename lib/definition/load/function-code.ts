import { existsSync, statSync } from "node:fs";
import { basename, extname, join, resolve } from "node:path";
import { isObject, type Json, type JsonObject } from "../../json.js";
import type { FunctionDefinition } from "../application.js";
import { assetPath } from "./assets.js";
import type { Stack } from "./stack.js";
import type { Resource } from "./template.js";

/** Where the code of a function is and what to call in it, or why it cannot be had. */
export type FunctionCode = Pick<FunctionDefinition, "code" | "handler"> | { readonly reason: string };

/** Finds the code of a Lambda function; `properties` are its own merged with SAM's Globals. */
export function functionCode(stack: Stack, id: string, resource: Resource, properties: JsonObject): FunctionCode {
  const at = `/Resources/${id}/Properties`;
  if (stack.text(properties.PackageType, `${at}/PackageType`) === "Image" || properties.ImageUri !== undefined) {
    return { reason: "its code is a container image" };
  }
  const runtime = stack.text(properties.Runtime, `${at}/Runtime`) ?? "nodejs";
  if (!runtime.startsWith("nodejs")) return { reason: `its runtime is ${runtime}, only Node.js functions run here` };
  const handler = stack.text(properties.Handler, `${at}/Handler`);
  if (handler === undefined) return { reason: "it has no Handler" };
  const path = codePath(stack, id, resource, properties);
  if (typeof path !== "string") return path;
  if (!existsSync(path)) return { reason: `its code is not there: ${path}` };
  if (!statSync(path).isDirectory()) return { reason: `its code is not a directory: ${path}` };
  return inDirectory(path, handler, resource.metadata);
}

function codePath(
  stack: Stack,
  id: string,
  { type, metadata }: Resource,
  properties: JsonObject,
): string | { reason: string } {
  const property = type === "AWS::Serverless::Function" ? "CodeUri" : "Code";
  const path = `/Resources/${id}/Properties/${property}`;
  const inline = { reason: "its code is inline in the template: move it into a file" };
  if (properties.InlineCode !== undefined) return inline;
  const value = stack.resolve(properties[property] ?? null, path);
  if (isObject(value) && value.ZipFile !== undefined) return inline;
  if (isObject(value) && value.ImageUri !== undefined) return { reason: "its code is a container image" };
  const key = isObject(value) ? (value.S3Key ?? value.Key) : undefined;
  const asset = assetPath(stack.context.assets, metadata, property, typeof key === "string" ? key : undefined);
  if (asset !== undefined) return asset;
  if (typeof value === "string") return localPath(stack, value);
  if (key !== undefined) return { reason: `its code is in S3 and no local asset has the key ${JSON.stringify(key)}` };
  return type === "AWS::Serverless::Function" ? stack.context.assets.directory : { reason: "it has no Code" };
}

function localPath(stack: Stack, path: string): string | { reason: string } {
  if (/^(s3|https?):\/\//.test(path)) return { reason: `its code is in S3: ${path}` };
  return resolve(stack.context.assets.directory, path);
}

/**
 * A directory laid out as a deployed function is; or, when there is only a TypeScript source where the handler should
 * be (SAM bundles it while it builds), that module.
 */
function inDirectory(directory: string, handler: string, metadata: JsonObject): FunctionCode {
  const dot = handler.indexOf(".", handler.lastIndexOf("/") + 1);
  const [file, exported] = dot === -1 ? [handler, "handler"] : [handler.slice(0, dot), handler.slice(dot + 1)];
  const built = [".js", ".mjs", ".cjs"].some((extension) => existsSync(join(directory, file + extension)));
  const source = built ? undefined : sourceModule(directory, file, metadata);
  if (source === undefined) return { code: { kind: "directory", path: directory }, handler };
  return { code: { kind: "module", path: source }, handler: exported };
}

function sourceModule(directory: string, file: string, metadata: JsonObject): string | undefined {
  const candidates = [...entryPoints(metadata, file), file];
  return candidates
    .flatMap((candidate) =>
      extname(candidate) === "" ? [".ts", ".mts", ".cts"].map((x) => candidate + x) : [candidate],
    )
    .map((candidate) => join(directory, candidate))
    .find((candidate) => existsSync(candidate));
}

/** SAM's esbuild entry points, those that are built into the handler's file first. */
function entryPoints(metadata: JsonObject, file: string): string[] {
  const build = isObject(metadata.BuildProperties) ? metadata.BuildProperties : {};
  const entries: readonly Json[] = Array.isArray(build.EntryPoints) ? build.EntryPoints : [];
  const names = entries.filter((entry): entry is string => typeof entry === "string");
  const stem = (path: string) => basename(path, extname(path));
  return names.filter((entry) => names.length === 1 || stem(entry) === basename(file));
}
