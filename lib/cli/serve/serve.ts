import { readFileSync, statSync } from "node:fs";
import type { Application } from "../../definition/application.js";
import { loadApplication } from "../../definition/load.js";
import { checkDefinition } from "../../definition/validate.js";
import { checkExpression } from "../../machine/index.js";
import { type AnsweredRequest, type Server, startServer } from "../../serve/server.js";
import { errorText } from "../error-text.js";
import { EXIT } from "../exit-code.js";
import { usage } from "../run/flags.js";
import { Interrupts } from "../run/interrupts.js";

/** The flags of `fanout serve`. */
export interface ServeFlags {
  readonly port?: number;
  readonly host?: string;
  readonly data?: string;
  /** Bucket -> folder. */
  readonly s3?: Readonly<Record<string, string>>;
  readonly workers?: number;
  readonly mock?: string;
  readonly virtualTime?: boolean;
  readonly region?: string;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
}

/** Carries out `fanout serve`: resolves with the exit code when the endpoint has ended. Never rejects. */
export async function serve(target: string | undefined, flags: ServeFlags): Promise<number> {
  let stop = () => {};
  const stopped = new Promise<void>((resolve) => {
    stop = resolve;
  });
  const interrupts = new Interrupts({ stop, drop: () => {} });
  interrupts.listen();
  try {
    const server = await start(target, flags);
    await stopped;
    const failure = await server.close();
    if (failure === undefined) return EXIT.ok;
    say(`what --data keeps could not be written: ${failure.message}`);
    return EXIT.couldNotRun;
  } catch (error) {
    process.stderr.write(`${errorText(error, flags.verbose === true)}\n`);
    return EXIT.couldNotRun;
  } finally {
    interrupts.ignore();
  }
}

async function start(target: string | undefined, flags: ServeFlags): Promise<Server> {
  const { port, host, data, s3: buckets, workers, mock, virtualTime, region, quiet, verbose } = flags;
  if (quiet === true && verbose === true) throw usage("--quiet and --verbose exclude each other");
  const real = Object.entries(buckets ?? {}).find(([, folder]) => folder.startsWith("s3://"));
  if (real !== undefined) throw usage(`--s3 ${real.join("=")}: a bucket of the endpoint is a folder`);
  const application = target === undefined ? undefined : load(target, flags);
  const onRequest = verbose === true ? sayRequest : undefined;
  const server = await startServer({
    ...{ port, host, data, buckets, workers, mock, virtualTime, region },
    application,
    onRequest,
  });
  if (quiet !== true) for (const line of summary(server, application)) say(line);
  process.stdout.write(`${environment(server).join("\n")}\n`);
  return server;
}

/** Throws FanoutError; that of a definition names file, line and column. */
function load(target: string, { region }: ServeFlags): Application {
  const application = loadApplication(target, { region });
  for (const machine of application.stateMachines) {
    checkDefinition(machine, textOf(machine.file), { expression: checkExpression });
  }
  return application;
}

/** The lines for a shell that let AWS clients find the endpoint. */
function environment({ url, region }: Server): readonly string[] {
  return [
    `export AWS_ENDPOINT_URL=${url}`,
    `export AWS_REGION=${region}`,
    `export AWS_DEFAULT_REGION=${region}`,
    "export AWS_ACCESS_KEY_ID=test",
    "export AWS_SECRET_ACCESS_KEY=test",
  ];
}

function summary({ url }: Server, application: Application | undefined): readonly string[] {
  const { stateMachines = [], functions = [], buckets = [], unavailable = [] } = application ?? {};
  const counts = [
    [stateMachines.length, "state machine"],
    [functions.length, "function"],
    [buckets.length, "bucket"],
  ] as const;
  const what = counts.map(([count, name]) => `${count} ${name}${count === 1 ? "" : "s"}`).join(", ");
  return [
    ...stateMachines.map(({ arn }) => arn),
    ...unavailable.map(({ name, reason }) => `warning: the function ${name} is not there: ${reason}`),
    application === undefined ? `serving at ${url}` : `serving ${what} at ${url}`,
    "Ctrl-C ends it; AWS clients need these lines:",
  ];
}

function sayRequest({ what, status, durationMs }: AnsweredRequest): void {
  say(`${status} ${what} ${durationMs.toFixed(1)} ms`);
}

function say(line: string): void {
  process.stderr.write(`fanout: ${line}\n`);
}

function textOf(file: string): string | undefined {
  return statSync(file, { throwIfNoEntry: false })?.isFile() === true ? readFileSync(file, "utf8") : undefined;
}
