import { dirname, join, relative, resolve } from "node:path";
import { FanoutError } from "../../errors.js";
import { isObject, type Json } from "../../json.js";
import { type Assets, assetPath } from "./assets.js";
import type { Environment } from "./environment.js";
import { own } from "./own.js";
import { readDocument } from "./read.js";
import { Stack, type StackContext } from "./stack.js";
import { isTemplate, type Resource, readTemplate, type Template } from "./template.js";

/** A template that is about to become a stack. */
export interface StackSource {
  readonly name: string;
  readonly template: Template;
  readonly assets: Assets;
  readonly environment: Environment;
}

/** Nested stacks deeper than this are a template that contains itself. */
const MAX_NESTING = 20;

/** The stacks of an application, nested ones included, able to refer to one another. */
export function openStacks(sources: readonly StackSource[], parameters: Readonly<Record<string, Json>>): Stack[] {
  const stacks: Stack[] = [];
  const logicalIds = new Map<string, number>();
  const isAmbiguous = (id: string) => (logicalIds.get(id) ?? 0) > 1;
  const importValue = exportsOf(stacks);
  const nested = (depth: number) => (parent: Stack, id: string) => openNested(parent, id, depth, add);

  const add = (context: StackContext & { template: Template }): Stack => {
    const stack = new Stack(context.template, context);
    stacks.push(stack);
    for (const id of Object.keys(context.template.resources)) logicalIds.set(id, (logicalIds.get(id) ?? 0) + 1);
    return stack;
  };

  function openNested(parent: Stack, id: string, depth: number, open: typeof add): Stack | undefined {
    const source = nestedSource(parent, id);
    if (source === undefined) return undefined;
    if (depth > MAX_NESTING) throw parent.error(`/Resources/${id}`, "nested stacks contain each other");
    const given = parent.template.resources[id]?.properties.Parameters;
    const parameter = (name: string) => {
      const value = isObject(given) ? own(given, name) : undefined;
      return value === undefined ? undefined : parent.resolve(value, `/Resources/${id}/Properties/Parameters/${name}`);
    };
    return open({ ...source, parameter, importValue, isAmbiguous, nested: nested(depth + 1) });
  }

  for (const source of sources) {
    const stack = add({
      ...source,
      parameter: (name) => own(parameters, name),
      importValue,
      isAmbiguous,
      nested: nested(0),
    });
    openAll(stack);
  }
  return stacks;
}

/** Opens the nested stacks below a stack. */
function openAll(stack: Stack): void {
  for (const [id] of stack.existing(isNestedStack)) {
    const nested = stack.nestedStack(id);
    if (nested !== undefined) openAll(nested);
  }
}

function isNestedStack({ type }: Resource): boolean {
  return type === "AWS::CloudFormation::Stack" || type === "AWS::Serverless::Application";
}

/** Template of a nested stack: a CDK asset or a local path. Undefined when it is somewhere else, such as in S3. */
function nestedSource(parent: Stack, id: string): StackSource | undefined {
  const resource = parent.template.resources[id];
  const property = resource?.type === "AWS::Serverless::Application" ? "Location" : "TemplateURL";
  const location = parent.resolve(resource?.properties[property] ?? null, `/Resources/${id}/Properties/${property}`);
  if (resource === undefined || typeof location !== "string") return undefined;
  const { assets, environment, name } = parent.context;
  const isUrl = /^(s3|https?):\/\//.test(location);
  const path =
    assetPath(assets, resource.metadata, property, location) ??
    (isUrl ? undefined : resolve(assets.directory, location));
  if (path === undefined) return undefined;
  const file = join(dirname(parent.template.file), relative(assets.directory, path));
  const document = readDocument(file);
  if (!isTemplate(document)) {
    throw new FanoutError("FANOUT_TEMPLATE_INVALID", "is no template: it has no Resources", { location: { file } });
  }
  const directory = dirname(path);
  return {
    name: `${name}-${id}`,
    template: readTemplate(file, document),
    assets: { ...assets, directory },
    environment,
  };
}

/** Looks an export up in all stacks. Their export names are worked out at the first question. */
function exportsOf(stacks: readonly Stack[]): StackContext["importValue"] {
  let owners: Map<string, { stack: Stack; output: string }> | undefined;
  return (name) => {
    owners ??= new Map(stacks.flatMap(exportNames));
    const owner = owners.get(name);
    return owner?.stack.output(owner.output, `/Outputs/${owner.output}`);
  };
}

function exportNames(stack: Stack): [string, { stack: Stack; output: string }][] {
  return Object.entries(stack.template.outputs).flatMap(([output, { Export }]) => {
    const at = `/Outputs/${output}/Export/Name`;
    const name = isObject(Export) ? stack.text(Export.Name, at) : undefined;
    return name === undefined ? [] : [[name, { stack, output }]];
  });
}
