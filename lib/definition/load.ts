import { existsSync, statSync } from "node:fs";
import { basename, dirname } from "node:path";
import { FanoutError } from "../errors.js";
import { isObject, type Json, type JsonObject } from "../json.js";
import type { Application } from "./application.js";
import { applicationOf } from "./load/application-of.js";
import { readAssembly } from "./load/assembly.js";
import { readAssets } from "./load/assets.js";
import { type EnvironmentOptions, environmentOf } from "./load/environment.js";
import { plainApplication } from "./load/plain.js";
import { readDocument } from "./load/read.js";
import { openStacks, type StackSource } from "./load/stacks.js";
import { isTemplate, readTemplate } from "./load/template.js";

export { selectStateMachine } from "./load/select.js";

export interface LoadOptions extends EnvironmentOptions {
  /** Read only the state machine that this name means (see `selectStateMachine`). Default: all of them. */
  readonly stateMachine?: string | undefined;
  /** Values of template parameters, by name. Default: the parameters' defaults. */
  readonly parameters?: Readonly<Record<string, string>> | undefined;
}

/**
 * Reads everything a local run needs. `target` is the directory of a CDK cloud assembly (`cdk.out`), a CloudFormation or
 * SAM template, or a bare state machine definition; templates and definitions are JSON or YAML and told apart by their
 * content.
 *
 * Throws FANOUT_FILE_NOT_FOUND, FANOUT_FILE_UNREADABLE (empty, broken, of another type) or FANOUT_TEMPLATE_INVALID.
 */
export function loadApplication(target: string, options: LoadOptions = {}): Application {
  if (existsSync(target) && statSync(target).isDirectory()) return loadAssembly(target, options);
  if (existsSync(target) && !/\.(json|ya?ml|asl|template)$/i.test(target)) {
    throw unreadable(target, "is of another type: expected a .json, .yaml or .yml file, or a cdk.out directory");
  }
  return loadDocument(target, readDocument(target), options);
}

/**
 * The same for a template or definition that has been read already. `file` is its name in errors, and what its relative
 * paths start from.
 */
export function loadDocument(file: string, document: Json, options: LoadOptions = {}): Application {
  if (isObject(document) && "StartAt" in document && "States" in document) {
    return plainApplication(file, document, options);
  }
  if (isTemplate(document)) return loadTemplate(file, document, options);
  throw unreadable(file, "is no state machine definition (StartAt and States) and no template (Resources)");
}

function loadAssembly(directory: string, options: LoadOptions): Application {
  const found = readAssembly(directory);
  const sources = found.map(({ name, templateFile, assets, environment }): StackSource => {
    const document = readDocument(templateFile);
    if (!isTemplate(document)) throw unreadable(templateFile, "is no template: it has no Resources");
    return {
      name,
      template: readTemplate(templateFile, document),
      assets,
      environment: environmentOf(options, environment),
    };
  });
  return load(sources, options);
}

function loadTemplate(file: string, document: JsonObject, options: LoadOptions): Application {
  const directory = dirname(file);
  // A template out of a cloud assembly has its asset manifest beside it.
  const manifest = file.replace(/\.template\.json$/, ".assets.json");
  const assets = readAssets(directory, manifest !== file && existsSync(manifest) ? [manifest] : []);
  const name = basename(file).replace(/\..*$/, "");
  return load([{ name, template: readTemplate(file, document), assets, environment: environmentOf(options) }], options);
}

function load(sources: readonly StackSource[], options: LoadOptions): Application {
  const stacks = openStacks(sources, options.parameters ?? {});
  return applicationOf(stacks, sources[0]?.environment ?? environmentOf(options), options.stateMachine);
}

function unreadable(file: string, message: string): FanoutError {
  return new FanoutError("FANOUT_FILE_UNREADABLE", message, { location: { file } });
}
