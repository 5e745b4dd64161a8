import { readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

/** A client of the SDK for JavaScript, as far as it is used here. */
export interface SdkClient {
  send(command: object): Promise<Record<string, unknown>>;
  destroy(): void;
}

/** A command; clients of late 2025 and after tell the shapes of what goes in and out. */
export interface SdkCommand {
  readonly schema?: readonly unknown[];
}

/** The package of a service: `@aws-sdk/client-NAME`. */
export interface SdkPackage {
  readonly name: string;
  readonly exports: Readonly<Record<string, unknown>>;
  /** Loads a module that the package itself depends on. */
  load(module: string): Promise<Readonly<Record<string, unknown>>>;
}

/**
 * Loads the client of a service from the project in `folder`: the package whose name, without hyphens, is the service's.
 * Undefined when it is not installed.
 */
export async function loadSdkPackage(service: string, folder: string): Promise<SdkPackage | undefined> {
  const require = createRequire(join(folder, "package.json"));
  const wanted = service.replace(/-/g, "");
  for (const modules of require.resolve.paths("@aws-sdk") ?? []) {
    const found = namesIn(join(modules, "@aws-sdk")).find(
      (name) => name.slice("client-".length).replace(/-/g, "") === wanted,
    );
    if (found === undefined) continue;
    const name = `@aws-sdk/${found}`;
    const path = require.resolve(name);
    const inside = createRequire(path);
    return {
      name,
      exports: await load(path),
      load: (module) => load(inside.resolve(module)),
    };
  }
  return undefined;
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).filter((name) => name.startsWith("client-"));
  } catch {
    return [];
  }
}

async function load(path: string): Promise<Readonly<Record<string, unknown>>> {
  return (await import(pathToFileURL(path).href)) as Readonly<Record<string, unknown>>;
}

/** The class of a package's client: `SQSClient`. */
export function clientClass({ exports }: SdkPackage): (new (options: object) => SdkClient) | undefined {
  const name = Object.keys(exports).find((key) => /^[A-Z]\w*Client$/.test(key));
  return name === undefined ? undefined : (exports[name] as new (options: object) => SdkClient);
}

/** The class of an action's command: `SendMessageCommand`. */
export function commandClass({ exports }: SdkPackage, action: string): (new (input: object) => SdkCommand) | undefined {
  const command = exports[`${action.charAt(0).toUpperCase()}${action.slice(1)}Command`];
  return typeof command === "function" ? (command as new (input: object) => SdkCommand) : undefined;
}

/**
 * Whether somebody has said which AWS a service's calls go to. Credentials that merely lie in the home folder do not
 * count: a local run must not reach into an account by accident.
 */
export function isConfigured(service: string, env: Readonly<Record<string, string | undefined>>): boolean {
  const own = `AWS_ENDPOINT_URL_${service.toUpperCase().replace(/-/g, "_")}`;
  return [own, "AWS_ENDPOINT_URL", "AWS_ACCESS_KEY_ID", "AWS_PROFILE", ...CREDENTIAL_SOURCES].some(
    (name) => (env[name] ?? "") !== "",
  );
}

const CREDENTIAL_SOURCES = [
  "AWS_WEB_IDENTITY_TOKEN_FILE",
  "AWS_CONTAINER_CREDENTIALS_FULL_URI",
  "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
];
