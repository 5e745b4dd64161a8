import { dirname, join, relative, resolve } from "node:path";
import { FanoutError } from "../../errors.js";
import { isObject, type Json, type JsonObject } from "../../json.js";
import type { StateMachineSource } from "../application.js";
import { assetPath } from "./assets.js";
import { parseText, readText } from "./read.js";
import type { Stack } from "./stack.js";
import { substituteText, substituteValue } from "./substitutions.js";
import type { Resource } from "./template.js";

/** What a state machine is called, known before its definition is read. */
export type StateMachineIdentity = Pick<StateMachineSource, "name" | "logicalId" | "constructPath" | "arn">;

export function isStateMachine({ type }: Resource): boolean {
  return type === "AWS::StepFunctions::StateMachine" || type === "AWS::Serverless::StateMachine";
}

export function stateMachineIdentity(stack: Stack, logicalId: string, { metadata }: Resource): StateMachineIdentity {
  const arn = stack.names(logicalId, `/Resources/${logicalId}`).ref;
  const path = metadata["aws:cdk:path"];
  return {
    name: arn.slice(arn.lastIndexOf(":") + 1),
    logicalId,
    constructPath: typeof path === "string" ? path : undefined,
    arn,
  };
}

/** Reads a state machine with its definition, every token of it resolved. */
export function readStateMachine(stack: Stack, logicalId: string, resource: Resource): StateMachineSource {
  const { type, properties } = resource;
  const at = `/Resources/${logicalId}/Properties`;
  const kindProperty = type === "AWS::Serverless::StateMachine" ? "Type" : "StateMachineType";
  const kind = stack.text(properties[kindProperty], `${at}/${kindProperty}`) ?? "STANDARD";
  if (kind !== "STANDARD" && kind !== "EXPRESS") {
    throw stack.error(`${at}/${kindProperty}`, `must be STANDARD or EXPRESS, got: ${kind}`);
  }
  const role = properties.RoleArn ?? properties.Role;
  return {
    ...stateMachineIdentity(stack, logicalId, resource),
    type: kind,
    roleArn: stack.text(role, `${at}/RoleArn`) ?? defaultRole(stack, logicalId),
    ...readDefinition(stack, logicalId, resource),
  };
}

/** SAM makes a role when none is given. */
function defaultRole(stack: Stack, logicalId: string): string {
  return stack.resolve(
    { "Fn::Sub": `arn:\${AWS::Partition}:iam::\${AWS::AccountId}:role/${logicalId}Role` },
    "",
  ) as string;
}

function readDefinition(
  stack: Stack,
  logicalId: string,
  { properties, metadata }: Resource,
): { definition: JsonObject; file: string } {
  const at = `/Resources/${logicalId}/Properties`;
  const given = stack.resolve(properties.DefinitionSubstitutions ?? {}, `${at}/DefinitionSubstitutions`);
  const substitutions = isObject(given) ? given : {};
  const location = properties.DefinitionUri ?? properties.DefinitionS3Location;
  if (location !== undefined) {
    const name = properties.DefinitionUri === undefined ? "DefinitionS3Location" : "DefinitionUri";
    const file = definitionFile(stack, stack.resolve(location, `${at}/${name}`), metadata, `${at}/${name}`);
    const definition = parseText(substituteText(readText(file), substitutions), file);
    if (isObject(definition)) return { definition, file };
    throw new FanoutError("FANOUT_FILE_UNREADABLE", "is no state machine definition: not an object", {
      location: { file },
    });
  }
  const name = properties.DefinitionString === undefined ? "Definition" : "DefinitionString";
  const value = stack.resolve(properties[name] ?? null, `${at}/${name}`);
  const definition =
    typeof value === "string"
      ? parseInline(stack, substituteText(value, substitutions), `${at}/${name}`)
      : substituteValue(value ?? null, substitutions);
  if (!isObject(definition)) throw stack.error(at, "has no definition: Definition, DefinitionString or DefinitionUri");
  return { definition, file: stack.template.file };
}

function parseInline(stack: Stack, text: string, path: string): Json {
  try {
    return parseText(text, "definition.json");
  } catch (error) {
    if (!(error instanceof FanoutError)) throw error;
    const { line, column } = error.location;
    throw stack.error(
      path,
      `${error.message.replace(/^[^ ]+: /, "")} in line ${line}, column ${column} of the definition`,
    );
  }
}

/** The local file of a definition that is kept outside the template. */
function definitionFile(stack: Stack, location: Json | undefined, metadata: JsonObject, path: string): string {
  const { assets } = stack.context;
  const key = isObject(location) && typeof location.Key === "string" ? location.Key : undefined;
  const asset = assetPath(assets, metadata, "DefinitionS3Location", key);
  if (asset !== undefined) return asset;
  if (typeof location === "string" && !location.startsWith("s3://")) {
    // Named the way the user named the template.
    return join(dirname(stack.template.file), relative(assets.directory, resolve(assets.directory, location)));
  }
  const where = key ?? JSON.stringify(location);
  throw stack.error(path, `the definition is in S3 (${where}) and no local file stands for it: give a local path`);
}
