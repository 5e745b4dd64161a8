import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { realClock } from "../adapters/clock/real.js";
import { type SkippingClock, skippingClock } from "../adapters/clock/skipping.js";
import { withLogResults } from "../adapters/invoke/log-result.js";
import type { LocalInvoker } from "../adapters/invoke/options.js";
import { threadInvoker } from "../adapters/invoke/threads.js";
import { systemRandom } from "../adapters/random.js";
import { localServices } from "../adapters/services/local.js";
import { readMockFile } from "../adapters/services/mock-file.js";
import { sdkServices } from "../adapters/services/sdk.js";
import { temporarySpill } from "../adapters/spill/temporary-file.js";
import type { Application } from "../definition/application.js";
import { FanoutError } from "../errors.js";
import { keptFunctions } from "./kept/functions.js";
import { KeptStates } from "./kept/states.js";
import { endpointEnvironment } from "./lambda/environment.js";
import { createLambda, type Lambda } from "./lambda/lambda.js";
import { createS3, type S3 } from "./s3/s3.js";
import { ApiError } from "./stepfunctions/api-error.js";
import { StepFunctions } from "./stepfunctions/index.js";

export interface ServicesOptions {
  readonly region: string;
  /** What is there at start. */
  readonly application?: Application | undefined;
  /** Folder that keeps everything between two runs. Absent: only buckets stay, in `.fanout/s3`. */
  readonly data?: string | undefined;
  /** Folders that are buckets: name -> folder. */
  readonly buckets?: Readonly<Record<string, string>> | undefined;
  /**
   * Calls of functions at once. More than cores: handlers wait for one another when they call back.
   *
   * @default 16
   */
  readonly workers?: number | undefined;
  /** Waits, retry delays and timeouts pass at once when nothing else happens. */
  readonly virtualTime?: boolean | undefined;
  /** File of mocked responses in the format of Step Functions Local. */
  readonly mock?: string | undefined;
  /** Folder for what handlers write to the console. Default: `.fanout/logs`. */
  readonly logDirectory?: string | undefined;
}

/** The three services over one engine, one set of functions and one set of buckets. */
export interface Services {
  readonly stepFunctions: StepFunctions;
  readonly lambda: Lambda;
  readonly s3: S3;
  /** Gives what could not be written, if anything. */
  close(): Promise<Error | undefined>;
}

/** All of the endpoint is in one account. */
export const ACCOUNT = "000000000000";

const DEFAULT_WORKERS = 16;

/** Time in ms that those who answer for tasks have, under virtual time, before a timeout is skipped to. */
const CALLBACK_GRACE_MS = 1000;
const GRACE_MS = 10;

/**
 * @param url Where handlers reach the services.
 * @throws FanoutError FANOUT_DEFINITION_INVALID, FANOUT_FILE_UNREADABLE, FANOUT_OUTPUT_UNWRITABLE
 */
export function openServices(given: ServicesOptions, url: string): Services {
  // What is kept says where it is, and may be read by a process that works elsewhere.
  const data = given.data && resolve(given.data);
  const options = { ...given, data };
  const { region, application } = options;
  if (data !== undefined) makeFolder(data);
  const functions = keptFunctions(data && join(data, "functions.json"), application?.functions ?? []);
  const temporary = data === undefined ? mkdtempSync(join(tmpdir(), "fanout-functions-")) : undefined;
  const threads = threadInvoker({
    functions,
    region,
    account: ACCOUNT,
    workers: options.workers ?? DEFAULT_WORKERS,
    logDirectory: options.logDirectory ?? ".fanout/logs",
    environment: endpointEnvironment(url),
  });
  const invoker = withLogResults(threads, functions);
  const root = data === undefined ? join(".fanout", "s3") : join(data, "s3");
  const elsewhere = options.buckets ?? {};
  const s3 = createS3({ root, buckets: elsewhere, region });
  for (const bucket of application?.buckets ?? []) if (elsewhere[bucket] === undefined) makeFolder(join(root, bucket));
  for (const folder of Object.values(elsewhere)) makeFolder(folder);
  const folder = temporary ?? join(data ?? "", "functions");
  const lambda = createLambda({ invoker, functions, folder, region, account: ACCOUNT, store: s3.store });
  const stepFunctions = openStepFunctions(options, invoker, s3);
  return {
    stepFunctions,
    lambda,
    s3,
    async close() {
      const failure = await stepFunctions.close();
      await stepFunctions.engine.ports.services?.close();
      await invoker.close();
      if (temporary !== undefined) rmSync(temporary, { recursive: true, force: true });
      return failure;
    },
  };
}

function openStepFunctions(options: ServicesOptions, invoker: LocalInvoker, s3: S3): StepFunctions {
  const { region, data, application, virtualTime } = options;
  const skipping: SkippingClock | undefined =
    virtualTime === true ? skippingClock({ grace: () => graceOf(stepFunctions) }) : undefined;
  const random = systemRandom();
  const stepFunctions: StepFunctions = new StepFunctions({
    region,
    account: ACCOUNT,
    clock: skipping ?? realClock(),
    invoker,
    store: s3.store,
    random,
    spill: temporarySpill(),
    services: () => localServices({ states: () => stepFunctions, store: s3.store }, sdkServices({ region, random })),
    mocks: options.mock === undefined ? undefined : readMockFile(options.mock),
    kept: data === undefined ? undefined : new KeptStates(join(data, "stepfunctions")),
  });
  if (skipping !== undefined) skipping.onGrace = () => stepFunctions.engine.drain();
  for (const source of application?.stateMachines ?? []) {
    try {
      stepFunctions.add(source);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      throw new FanoutError("FANOUT_DEFINITION_INVALID", error.message, { location: { file: source.file } });
    }
  }
  return stepFunctions;
}

function graceOf(stepFunctions: StepFunctions): number {
  return stepFunctions.engine.awaitsOthers ? CALLBACK_GRACE_MS : GRACE_MS;
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (cause) {
    const message = `is no folder that can be written: ${(cause as Error).message}`;
    throw new FanoutError("FANOUT_OUTPUT_UNWRITABLE", message, { location: { file: folder }, cause });
  }
}
