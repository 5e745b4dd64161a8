import type { Json } from "../../json.js";
import type { Random, ServiceCall, ServiceOutcome, Services } from "../../run/ports.js";
import { sdkMetadata } from "./metadata.js";
import { PromisedServices } from "./promised.js";
import {
  clientClass,
  commandClass,
  isConfigured,
  loadSdkPackage,
  type SdkClient,
  type SdkPackage,
} from "./sdk-client.js";
import { sdkCallFailure } from "./sdk-failure.js";
import { type OptimisedService, optimisedService } from "./sdk-names.js";
import { fromSdk, type Shape, toSdk } from "./sdk-shapes.js";

export interface SdkServicesOptions {
  readonly region: string;
  readonly random: Random;
  /** Folder of the project whose SDK clients are used. Default: the working directory. */
  readonly folder?: string | undefined;
  /** Default: that of the process. */
  readonly environment?: Readonly<Record<string, string | undefined>> | undefined;
}

/** What a Resource asks for, in terms of the SDK. */
interface Target {
  /** As `aws-sdk:` names it. */
  readonly service: string;
  readonly action: string;
  /** Undefined for an `aws-sdk:` integration. */
  readonly optimised: OptimisedService | undefined;
}

/**
 * Passes calls on to the clients of the AWS SDK that the user's project has, each loaded when it is first needed: to the
 * endpoint that the environment names, or, with credentials in the environment, to AWS itself. A call that can go nowhere
 * fails the execution with a line that says what to do.
 */
export function sdkServices(options: SdkServicesOptions): Services {
  const sdk = new Sdk(options);
  const services = new PromisedServices((call) => sdk.perform(call));
  const close = services.close.bind(services);
  return Object.assign(services, {
    close: async () => {
      await close();
      sdk.destroy();
    },
  });
}

class Sdk {
  readonly #options: SdkServicesOptions;
  readonly #packages = new Map<string, Promise<SdkPackage | undefined>>();
  readonly #clients = new Map<string, SdkClient>();

  constructor(options: SdkServicesOptions) {
    this.#options = options;
  }

  async perform(call: ServiceCall): Promise<ServiceOutcome> {
    const { integration, pattern } = call;
    const mock = "or mock the task (--mock FILE#TESTCASE)";
    const target = targetOf(integration);
    if (target === undefined)
      return notConnected(call, "it has no client in the AWS SDK: mock the task (--mock FILE#TESTCASE)");
    if (pattern.startsWith("sync")) {
      return notConnected(call, "a local run cannot wait for its job: mock the task (--mock FILE#TESTCASE)");
    }
    const { service, action } = target;
    if (!isConfigured(service, this.#options.environment ?? process.env)) {
      const variable = `AWS_ENDPOINT_URL_${service.toUpperCase().replace(/-/g, "_")}`;
      return notConnected(call, `set ${variable}, AWS_ENDPOINT_URL or AWS credentials in the environment, ${mock}`);
    }
    const sdk = await this.#package(service);
    if (sdk === undefined) {
      return notConnected(call, `the package @aws-sdk/client-${service} is not installed: install it, ${mock}`);
    }
    const Command = commandClass(sdk, action);
    const client = this.#client(sdk);
    if (Command === undefined || client === undefined)
      return notConnected(call, `${sdk.name} has no action '${action}'`);
    try {
      const [input, output] = await shapesOf(new Command({}).schema, sdk);
      const parameters = JSON.parse(call.payload) as Json;
      const result = await client.send(new Command(toSdk(parameters, input ?? NO_SHAPE) as object));
      return await this.#outcome(call, target, result, output);
    } catch (error) {
      return sdkCallFailure(target.optimised, sdk, error, () => this.#options.random.uuid());
    }
  }

  async #outcome(
    { pattern }: ServiceCall,
    { optimised }: Target,
    { $metadata, ...members }: Record<string, unknown>,
    shape: Shape | undefined,
  ): Promise<ServiceOutcome> {
    const printDate = (at: Date) => (optimised === undefined ? at.toISOString() : at.getTime());
    const result = (await fromSdk(members, shape, printDate)) as { readonly [name: string]: Json };
    if (optimised?.client === "eventbridge" && Number(result["FailedEntryCount"] ?? 0) > 0) {
      return { kind: "failed", error: "EventBridge.FailedEntry", cause: JSON.stringify(result) };
    }
    const { requestId = this.#options.random.uuid() } = ($metadata ?? {}) as { requestId?: string };
    const metadata = optimised === undefined ? {} : sdkMetadata(requestId, JSON.stringify(result), Date.now());
    const output = JSON.stringify({ ...result, ...metadata });
    return { kind: pattern === "waitForTaskToken" ? "submitted" : "returned", output };
  }

  #package(service: string): Promise<SdkPackage | undefined> {
    const known = this.#packages.get(service);
    if (known !== undefined) return known;
    const loading = loadSdkPackage(service, this.#options.folder ?? process.cwd());
    this.#packages.set(service, loading);
    return loading;
  }

  #client(sdk: SdkPackage): SdkClient | undefined {
    const known = this.#clients.get(sdk.name);
    if (known !== undefined) return known;
    const Client = clientClass(sdk);
    if (Client === undefined) return undefined;
    const client = new Client({ region: this.#options.region });
    this.#clients.set(sdk.name, client);
    return client;
  }

  destroy(): void {
    for (const client of this.#clients.values()) client.destroy();
    this.#clients.clear();
  }
}

function targetOf(integration: string): Target | undefined {
  const [, sdk, service = "", action = ""] = /^(aws-sdk:)?([^:]+):([^:]+)$/.exec(integration) ?? [];
  if (sdk !== undefined) return { service, action, optimised: undefined };
  const optimised = optimisedService(service);
  return optimised === undefined ? undefined : { service: optimised.client, action, optimised };
}

/** What goes into a command and comes out of it; undefined for clients that do not tell. */
async function shapesOf(
  schema: readonly unknown[] | undefined,
  sdk: SdkPackage,
): Promise<readonly [Shape | undefined, Shape | undefined]> {
  if (schema === undefined) return [undefined, undefined];
  const { NormalizedSchema } = (await sdk.load("@smithy/core/schema")) as {
    NormalizedSchema: { of(schema: unknown): Shape };
  };
  return [NormalizedSchema.of(schema[4]), NormalizedSchema.of(schema[5])];
}

/** Hands parameters on as they are. */
const NO_SHAPE: Shape = {
  isStructSchema: () => false,
  isUnionSchema: () => false,
  isListSchema: () => false,
  isMapSchema: () => false,
  isBlobSchema: () => false,
  isTimestampSchema: () => false,
  isStringSchema: () => false,
  structIterator: () => [],
  getValueSchema: () => NO_SHAPE,
};

function notConnected({ integration, pattern }: ServiceCall, what: string): ServiceOutcome {
  const resource = pattern === "requestResponse" ? integration : `${integration}.${pattern}`;
  return { kind: "failed", error: "States.Runtime", cause: `The integration '${resource}' is not connected: ${what}.` };
}
