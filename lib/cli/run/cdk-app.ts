import { spawn } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { FanoutError } from "../../errors.js";
import { isObject, type JsonObject } from "../../json.js";
import { type RunFlags, usage } from "./flags.js";
import { newerFile } from "./newer-file.js";

/** Lines of a failed synthesis that are shown. */
const SHOWN_LINES = 12;

/**
 * The cloud assembly of the CDK app in the working directory, synthesised when a file of the app is newer than it. Gives
 * the assembly's path. Throws FANOUT_USAGE where there is no app, and FANOUT_SYNTH_FAILED.
 */
export async function cdkAssembly(flags: RunFlags, say: (line: string) => void): Promise<string> {
  const { app: given } = flags;
  if (given !== undefined && statSync(given, { throwIfNoEntry: false })?.isDirectory() === true) return given;
  const settings = cdkSettings();
  const app = given ?? settings?.["app"];
  if (typeof app !== "string") throw usage(noApp(settings));
  const output = settings?.["output"];
  const assembly = typeof output === "string" ? output : "cdk.out";
  const manifest = join(assembly, "manifest.json");
  const ignored = [assembly, ...(flags.out === undefined ? [] : [flags.out])].map((path) => resolve(path));
  const newer = existsSync(manifest) ? newerFile(".", statSync(manifest).mtimeMs, ignored) : undefined;
  if (existsSync(manifest) && newer === undefined) return assembly;
  const why = newer === undefined ? "" : ` (${newer} has changed)`;
  say(`synthesising${why}: ${app}`);
  await synthesise(app, assembly, context(settings), flags);
  return assembly;
}

function noApp(settings: JsonObject | undefined): string {
  const what = settings === undefined ? "there is no cdk.json here" : "cdk.json has no app";
  return `nothing to run: ${what}; give a target, --app, or --task and --items (see fanout run --help)`;
}

function cdkSettings(): JsonObject | undefined {
  return readJson("cdk.json");
}

/** Context values as the CDK command line hands them over, with the metadata by which assets are found. */
function context(settings: JsonObject | undefined): JsonObject {
  const own = settings?.["context"];
  return {
    "aws:cdk:enable-path-metadata": true,
    "aws:cdk:enable-asset-metadata": true,
    ...(isObject(own) ? own : {}),
    ...readJson("cdk.context.json"),
  };
}

function readJson(file: string): JsonObject | undefined {
  if (!existsSync(file)) return undefined;
  try {
    const value: unknown = JSON.parse(readFileSync(file, "utf8"));
    if (isObject(value)) return value;
  } catch (cause) {
    const message = `broken JSON: ${(cause as Error).message}`;
    throw new FanoutError("FANOUT_FILE_UNREADABLE", message, { location: { file }, cause });
  }
  throw new FanoutError("FANOUT_FILE_UNREADABLE", "is no JSON object", { location: { file } });
}

async function synthesise(app: string, assembly: string, context: JsonObject, { region }: RunFlags): Promise<void> {
  const env = {
    CDK_VALIDATION: "false",
    ...(region === undefined ? {} : { CDK_DEFAULT_REGION: region }),
    ...process.env,
    CDK_OUTDIR: resolve(assembly),
    CDK_CONTEXT_JSON: JSON.stringify(context),
  };
  const child = spawn(app, { shell: true, env, stdio: ["ignore", "pipe", "pipe"] });
  const end = () => child.kill();
  process.once("exit", end);
  let text = "";
  const keep = (chunk: Buffer) => {
    text = (text + chunk.toString()).slice(-20_000);
  };
  child.stdout.on("data", keep);
  child.stderr.on("data", keep);
  const ended = await new Promise<string | undefined>((done) => {
    child.on("error", (error) => done(error.message));
    child.on("close", (code, signal) => done(code === 0 ? undefined : `ended by ${signal ?? `exit code ${code}`}`));
  });
  process.off("exit", end);
  if (ended === undefined && existsSync(join(assembly, "manifest.json"))) return;
  const why = ended ?? `it left no ${join(assembly, "manifest.json")}`;
  const lines = [`the CDK app did not synthesise: ${why}: ${app}`, ...tellingLines(text)];
  throw new FanoutError("FANOUT_SYNTH_FAILED", lines.join("\n"));
}

/** The last lines of a log or, where there is a stack in it, those from the one above the stack: what was thrown. */
function tellingLines(text: string): readonly string[] {
  const lines = text.trimEnd().split("\n");
  const isFrame = (line = "") => /^\s+(?:at |\.\.\.)/.test(line);
  const error = lines.findLastIndex((line, at) => !isFrame(line) && isFrame(lines[at + 1]));
  return lines.slice(error === -1 ? -SHOWN_LINES : error).slice(0, SHOWN_LINES);
}
