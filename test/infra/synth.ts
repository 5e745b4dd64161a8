import { App, Stack } from "aws-cdk-lib";
import { Match, Template } from "aws-cdk-lib/assertions";
import { Code, Function as LambdaFunction, Runtime } from "aws-cdk-lib/aws-lambda";
import type { Json, JsonObject } from "../../lib/json.js";

// The validator that comes with the CDK takes longer than all the rest; cdk synth runs it.
process.env.CDK_VALIDATION = "false";

/** A stack in an app that bundles nothing. */
export function newStack(): Stack {
  return new Stack(new App({ context: { "aws:cdk:bundling-stacks": [] } }), "Stack");
}

/** A function that needs no bundling. */
export function newFunction(stack: Stack, id = "Fn"): LambdaFunction {
  const code = Code.fromInline("exports.handler = async (event) => event;");
  return new LambdaFunction(stack, id, { runtime: Runtime.NODEJS_24_X, handler: "index.handler", code });
}

/**
 * A value of a template as text where it can be: references become `<LogicalId>` and `<LogicalId.Attribute>` with the
 * hash taken off the id, joins are joined.
 */
export function resolve(value: unknown): Json {
  if (Array.isArray(value)) return value.map(resolve);
  if (typeof value !== "object" || value === null) return value as Json;
  const entries = Object.entries(value);
  const [name, argument] = entries[0] ?? [];
  if (entries.length === 1) {
    if (name === "Ref") return `<${short(argument as string)}>`;
    if (name === "Fn::GetAtt") return `<${(argument as string[]).map(short).join(".")}>`;
    if (name === "Fn::Join") return (resolve((argument as unknown[])[1]) as string[]).join((argument as [string])[0]);
  }
  return Object.fromEntries(entries.map(([key, member]) => [key, resolve(member)]));
}

function short(id: string): string {
  return id.replace(/[0-9A-F]{8}$/, "");
}

/** The one resource of a type in the stack whose short id is given, resolved. */
export function resource(stack: Stack, type: string, id: string): JsonObject {
  const found = Object.entries(Template.fromStack(stack).findResources(type, Match.anyValue()));
  const [one, ...more] = found.filter(([logicalId]) => short(logicalId) === id);
  if (one === undefined || more.length > 0)
    throw new Error(`not one ${type} ${id} but of ${found.map(([name]) => name)}`);
  return resolve(one[1]) as JsonObject;
}

/** The definition of a state machine. */
export function definition(stack: Stack, id: string): JsonObject {
  const { DefinitionString } = resource(stack, "AWS::StepFunctions::StateMachine", id).Properties as {
    DefinitionString: string;
  };
  return JSON.parse(DefinitionString) as JsonObject;
}

/** The statements of a policy. */
export function statements(stack: Stack, id: string): Json {
  const { PolicyDocument } = resource(stack, "AWS::IAM::Policy", id).Properties as {
    PolicyDocument: { Statement: Json };
  };
  return PolicyDocument.Statement;
}
