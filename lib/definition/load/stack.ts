import type { Json, JsonObject } from "../../json.js";
import type { Assets } from "./assets.js";
import type { Environment } from "./environment.js";
import { bucketName, nameProperty, type PhysicalNames, physicalNames } from "./names.js";
import { own } from "./own.js";
import { pseudoParameter } from "./pseudo-parameters.js";
import { resolve } from "./resolve.js";
import type { Resource, Template } from "./template.js";
import { templateError } from "./template-error.js";

/** What a stack is made of besides its template. */
export interface StackContext {
  /** Name of the stack: what AWS::StackName is. */
  readonly name: string;
  readonly environment: Environment;
  readonly assets: Assets;
  /** The value given to a parameter; it wins over the default. */
  readonly parameter: (name: string) => Json | undefined;
  /** The value that some stack of the application exports under a name. */
  readonly importValue: (name: string) => Json | undefined;
  /** The stack that a nested-stack resource of this one stands for. */
  readonly nested: (stack: Stack, logicalId: string) => Stack | undefined;
  /** True when another stack of the application has a resource with this logical id: its default name needs a prefix. */
  readonly isAmbiguous: (logicalId: string) => boolean;
}

/**
 * A template with everything that its references need. Answers are worked out when they are asked for, so that a
 * resource that a local run has no use for cannot stand in its way.
 */
export class Stack {
  readonly template: Template;
  readonly context: StackContext;
  /** What is being worked out at the moment: to find circular references. */
  readonly #pending = new Set<string>();
  readonly #nested = new Map<string, Stack | undefined>();

  constructor(template: Template, context: StackContext) {
    this.template = template;
    this.context = context;
  }

  /** The value with every intrinsic function in it worked out; undefined for AWS::NoValue. `path` is for messages. */
  resolve(value: Json, path: string): Json | undefined {
    return resolve(this, value, path);
  }

  /** A resolved value that must be a string; numbers and booleans become one, as in CloudFormation. */
  text(value: Json | undefined, path: string): string | undefined {
    const found = value === undefined ? undefined : this.resolve(value, path);
    if (found === undefined || found === null) return undefined;
    if (typeof found === "object") throw this.error(path, "must be a string");
    return String(found);
  }

  /** The resource of that logical id, unless its condition is false. */
  resource(logicalId: string): Resource | undefined {
    const resource = own(this.template.resources, logicalId);
    if (resource?.condition === undefined) return resource;
    return this.condition(resource.condition, `/Resources/${logicalId}/Condition`) ? resource : undefined;
  }

  /** The wanted resources that exist. Conditions of the others are not looked at. */
  *existing(wanted: (resource: Resource) => boolean): Generator<[logicalId: string, resource: Resource]> {
    for (const [id, resource] of Object.entries(this.template.resources)) {
      if (wanted(resource) && this.resource(id) !== undefined) yield [id, resource];
    }
  }

  /** What `Ref` gives. */
  ref(name: string, path: string): Json | undefined {
    const { environment, name: stackName } = this.context;
    const pseudo = pseudoParameter(name, environment, stackName);
    if (pseudo.known) return pseudo.value;
    if (own(this.template.parameters, name) !== undefined) return this.#parameter(name, path);
    return this.#referTo(name, path);
  }

  /** What `Fn::GetAtt` gives. An attribute that is not known gets a placeholder that names it. */
  attribute(logicalId: string, attribute: string, path: string): Json | undefined {
    const resource = own(this.template.resources, logicalId);
    if (resource === undefined) throw this.error(path, `there is no resource ${logicalId}`);
    const output = /^Outputs\.(.+)$/.exec(attribute)?.[1];
    const nested = output === undefined ? undefined : this.nestedStack(logicalId);
    if (nested !== undefined && output !== undefined) return nested.output(output, path);
    if (resource.type === "AWS::SSM::Parameter" && attribute === "Value") {
      return this.resolve(resource.properties.Value ?? "", `/Resources/${logicalId}/Properties/Value`);
    }
    return own(this.names(logicalId, path).attributes, attribute) ?? `${logicalId}.${attribute}`;
  }

  /** Physical names of a resource. */
  names(logicalId: string, path: string): PhysicalNames {
    const resource = own(this.template.resources, logicalId);
    if (resource === undefined) throw this.error(path, `there is no parameter or resource ${logicalId}`);
    return this.once(`the name of ${logicalId}`, path, () => {
      const { type, properties } = resource;
      const qualifier = this.#qualifierNames(logicalId, resource);
      if (qualifier !== undefined) return qualifier;
      const property = nameProperty(type);
      const given = property === undefined ? undefined : properties[property];
      const name =
        this.text(given, `/Resources/${logicalId}/Properties/${property}`) ?? this.#defaultName(logicalId, type);
      return physicalNames(type, name, this.context.environment);
    });
  }

  /** Value of an output of this stack. */
  output(name: string, path: string): Json | undefined {
    const output = own(this.template.outputs, name);
    if (output === undefined) throw this.error(path, `stack ${this.context.name} has no output ${name}`);
    return this.once(`output ${name}`, path, () => this.resolve(output.Value ?? null, `/Outputs/${name}/Value`));
  }

  condition(name: string, path: string): boolean {
    const condition = own(this.template.conditions, name);
    if (condition === undefined) throw this.error(path, `there is no condition ${name}`);
    return this.once(`condition ${name}`, path, () => this.resolve(condition, `/Conditions/${name}`) === true);
  }

  nestedStack(logicalId: string): Stack | undefined {
    if (!this.#nested.has(logicalId)) this.#nested.set(logicalId, this.context.nested(this, logicalId));
    return this.#nested.get(logicalId);
  }

  error(path: string, message: string): Error {
    return templateError(this.template.file, path, message);
  }

  /** Guards against references that lead back to themselves. */
  once<T>(what: string, path: string, work: () => T): T {
    if (this.#pending.has(what)) throw this.error(path, `circular reference: ${what} depends on itself`);
    this.#pending.add(what);
    try {
      return work();
    } finally {
      this.#pending.delete(what);
    }
  }

  #referTo(name: string, path: string): string {
    // SAM: `MyFunction.Alias` and `MyFunction.Version` of a function with AutoPublishAlias.
    const sam = /^(.+)\.(Alias|Version)$/.exec(name);
    const target = sam?.[1];
    if (target === undefined || own(this.template.resources, name) !== undefined) return this.names(name, path).ref;
    const arn = this.names(target, path).attributes.Arn ?? target;
    const alias = this.text(this.template.resources[target]?.properties.AutoPublishAlias, path) ?? "live";
    return `${arn}:${sam?.[2] === "Alias" ? alias : "1"}`;
  }

  #parameter(name: string, path: string): Json {
    const given = this.context.parameter(name);
    const definition = this.template.parameters[name] as JsonObject;
    const value = given ?? definition.Default;
    if (value === undefined) {
      throw this.error(path, `parameter ${name} has no value: give it a Default in the template`);
    }
    const { Type: type } = definition;
    const isList = typeof type === "string" && (type === "CommaDelimitedList" || type.includes("List<"));
    return isList && typeof value === "string" ? value.split(",").map((part) => part.trim()) : value;
  }

  /** Versions and aliases of functions are named after the function. */
  #qualifierNames(logicalId: string, { type, properties }: Resource): PhysicalNames | undefined {
    if (type !== "AWS::Lambda::Version" && type !== "AWS::Lambda::Alias") return undefined;
    const base = `/Resources/${logicalId}/Properties`;
    const target = this.text(properties.FunctionName, `${base}/FunctionName`) ?? logicalId;
    const { region, account } = this.context.environment;
    const arn = target.startsWith("arn:")
      ? target
      : physicalNames("AWS::Lambda::Function", target, { region, account }).attributes.Arn;
    const qualifier = type === "AWS::Lambda::Version" ? "1" : (this.text(properties.Name, `${base}/Name`) ?? "live");
    const ref = `${arn}:${qualifier}`;
    return { ref, attributes: { Arn: ref, AliasArn: ref, FunctionArn: ref, Version: qualifier } };
  }

  #defaultName(logicalId: string, type: string): string {
    const name = this.context.isAmbiguous(logicalId) ? `${this.context.name}-${logicalId}` : logicalId;
    return type === "AWS::S3::Bucket" ? bucketName(name) : name;
  }
}
