import { isObject, type Json, type JsonObject } from "../../json.js";
import { templateError } from "./template-error.js";

/** A CloudFormation or SAM template, its top-level sections being objects. */
export interface Template {
  readonly file: string;
  readonly resources: Readonly<Record<string, Resource>>;
  readonly parameters: Section;
  readonly mappings: Section;
  readonly conditions: JsonObject;
  readonly outputs: Section;
  /** SAM's `Globals.Function`. */
  readonly functionDefaults: JsonObject;
}

export interface Resource {
  readonly type: string;
  readonly properties: JsonObject;
  readonly metadata: JsonObject;
  /** Name of the condition under which it exists. */
  readonly condition?: string | undefined;
}

type Section = Readonly<Record<string, JsonObject>>;

/** True for a document that is a template by its content. */
export function isTemplate(document: Json): document is JsonObject {
  return isObject(document) && isObject(document.Resources);
}

/** Checks the shape of a parsed template. Whether its values make sense shows when they are resolved. */
export function readTemplate(file: string, document: JsonObject): Template {
  const globals = section(file, document, "Globals");
  const resources: Record<string, Resource> = {};
  for (const [id, resource] of Object.entries(section(file, document, "Resources"))) {
    if (id.startsWith("Fn::")) throw templateError(file, `/Resources/${id}`, `${id} is not supported`);
    if (typeof resource.Type !== "string") throw templateError(file, `/Resources/${id}`, `resource ${id} has no Type`);
    resources[id] = {
      type: resource.Type,
      properties: isObject(resource.Properties) ? resource.Properties : {},
      metadata: isObject(resource.Metadata) ? resource.Metadata : {},
      condition: typeof resource.Condition === "string" ? resource.Condition : undefined,
    };
  }
  return {
    file,
    resources,
    parameters: section(file, document, "Parameters"),
    mappings: section(file, document, "Mappings"),
    conditions: isObject(document.Conditions) ? document.Conditions : {},
    outputs: section(file, document, "Outputs"),
    functionDefaults: globals.Function ?? {},
  };
}

/** A top-level section: an object of objects, empty when it is not there. */
function section(file: string, document: JsonObject, name: string): Section {
  const value = document[name] ?? {};
  if (!isObject(value)) throw templateError(file, `/${name}`, `${name} must be an object`);
  for (const [key, entry] of Object.entries(value)) {
    if (!isObject(entry)) throw templateError(file, `/${name}/${key}`, `${key} must be an object`);
  }
  return value as Section;
}
