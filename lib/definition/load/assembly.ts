import { existsSync } from "node:fs";
import { join } from "node:path";
import { FanoutError } from "../../errors.js";
import { isObject, type Json, type JsonObject } from "../../json.js";
import { type Assets, readAssets } from "./assets.js";
import type { EnvironmentOptions } from "./environment.js";
import { readDocument } from "./read.js";

/** A stack of a cloud assembly, before its template is read. */
export interface AssemblyStack {
  readonly name: string;
  readonly templateFile: string;
  readonly assets: Assets;
  /** What CDK knows of its environment. */
  readonly environment: EnvironmentOptions;
}

/** Stages nested deeper than this are a manifest that names its own directory. */
const MAX_STAGES = 10;

/** The stacks of a cloud assembly (`cdk.out`), those of its stages included. */
export function readAssembly(directory: string, depth = 0): AssemblyStack[] {
  const manifest = join(directory, "manifest.json");
  if (!existsSync(manifest)) throw notAnAssembly(directory);
  const document = readDocument(manifest);
  if (!isObject(document) || !isObject(document.artifacts) || depth > MAX_STAGES) {
    throw new FanoutError("FANOUT_FILE_UNREADABLE", "is no manifest of a CDK cloud assembly", {
      location: { file: manifest },
    });
  }
  const artifacts = Object.entries(document.artifacts).flatMap(([id, artifact]) =>
    isObject(artifact) ? [{ id, artifact }] : [],
  );
  const assetManifests = artifacts
    .filter(({ artifact }) => artifact.type === "cdk:asset-manifest")
    .flatMap(({ artifact }) => property(artifact, "file") ?? [])
    .map((file) => join(directory, file));
  const assets = readAssets(directory, assetManifests.filter(existsSync));
  return artifacts.flatMap(({ id, artifact }) => {
    if (artifact.type === "aws:cloudformation:stack") return stack(directory, id, artifact, assets);
    const nested = artifact.type === "cdk:cloud-assembly" ? property(artifact, "directoryName") : undefined;
    return nested === undefined ? [] : readAssembly(join(directory, nested), depth + 1);
  });
}

function stack(directory: string, id: string, artifact: JsonObject, assets: Assets): AssemblyStack[] {
  const templateFile = property(artifact, "templateFile");
  if (templateFile === undefined) return [];
  return [
    {
      name: property(artifact, "stackName") ?? id,
      templateFile: join(directory, templateFile),
      assets,
      environment: environment(artifact.environment),
    },
  ];
}

/** `aws://111122223333/eu-west-1`; what is not known is called `unknown-account` and `unknown-region`. */
function environment(text: Json | undefined): EnvironmentOptions {
  const [, account, region] = /^aws:\/\/([^/]+)\/([^/]+)$/.exec(typeof text === "string" ? text : "") ?? [];
  return {
    account: account?.startsWith("unknown-") ? undefined : account,
    region: region?.startsWith("unknown-") ? undefined : region,
  };
}

function property(artifact: JsonObject, name: string): string | undefined {
  const value = isObject(artifact.properties) ? artifact.properties[name] : undefined;
  return typeof value === "string" ? value : undefined;
}

function notAnAssembly(directory: string): FanoutError {
  const inside = existsSync(join(directory, "cdk.out", "manifest.json"))
    ? `; did you mean ${join(directory, "cdk.out")}?`
    : "";
  return new FanoutError("FANOUT_FILE_UNREADABLE", `is no CDK cloud assembly: it has no manifest.json${inside}`, {
    location: { file: directory },
  });
}
