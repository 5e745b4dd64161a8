import { randomUUID } from "node:crypto";
import type { SFNClient } from "@aws-sdk/client-sfn";
import { parseStateMachineArn } from "../../aws/arn.js";
import { type ConnectOptions, connect } from "../../aws/client.js";
import { type DeployedStateMachine, describeStateMachine } from "../../aws/describe.js";
import type { ExecutionSnapshot } from "../../aws/snapshot.js";
import { findStateMachine, type StackOptions } from "../../aws/stack.js";
import { runExpress, type StartOptions, startExecution } from "../../aws/start.js";
import { watchExecution } from "../../aws/watch.js";
import { FanoutError } from "../../errors.js";
import { ResultFile } from "../../local/result-file.js";
import { errorText } from "../error-text.js";
import { EXIT } from "../exit-code.js";
import { readInput } from "../run/input.js";
import { Interrupts } from "../run/interrupts.js";
import { LineOutput } from "../run/line-output.js";
import { ProgressView } from "../run/progress-view.js";
import { notRunDocument } from "../run/results.js";
import { painter, progressKind } from "../run/terminal.js";
import { checkFlags, type InvokeFlags } from "./flags.js";
import { outcomeDocument, outcomeText } from "./outcome.js";
import { progressOf } from "./progress.js";
import { stopCommand } from "./stop-command.js";

/** Carries out `fanout invoke`. Never rejects: what went wrong is said on stderr. Gives the exit code. */
export async function invoke(arn: string | undefined, flags: InvokeFlags): Promise<number> {
  const command = new InvokeCommand(flags);
  try {
    return await command.invoke(arn);
  } catch (error) {
    return await command.fail(error);
  } finally {
    await command.close();
  }
}

/** What has been started, or is just being started. */
interface Started {
  readonly executionArn: string;
  readonly express: boolean;
  /** AWS has said so. */
  readonly certain: boolean;
}

class InvokeCommand {
  readonly #flags: InvokeFlags;
  readonly #view: ProgressView;
  readonly #output: LineOutput;
  readonly #interrupts: Interrupts;
  /** Ends what is under way: Ctrl-C, or the time is over. */
  readonly #leaving = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #file: ResultFile | undefined;
  #started: Started | undefined;
  #last: ExecutionSnapshot | undefined;

  constructor(flags: InvokeFlags) {
    const { stderr, stdout, env } = process;
    this.#flags = flags;
    const kind = flags.quiet === true ? "none" : progressKind(flags.progress, stderr, env);
    this.#view = new ProgressView(kind, stderr, painter(stderr, env));
    this.#output = new LineOutput(stdout, { onGone: () => {} });
    this.#interrupts = new Interrupts({ stop: () => this.#stop(), drop: () => this.#file?.abortNow() });
    this.#interrupts.listen();
  }

  async invoke(arn: string | undefined): Promise<number> {
    const flags = this.#flags;
    checkFlags(arn, flags);
    const input = await readInput(flags.input);
    const connection = connectionOf(arn, flags);
    const client = await connect(connection);
    const stateMachineArn = arn ?? (await findStateMachine(client, stackOf(flags)));
    const machine = await describeStateMachine(client, stateMachineArn);
    if (flags.out !== undefined) this.#file = await ResultFile.create(flags.out);
    const { signal } = this.#leaving;
    const start = { stateMachineArn, input, name: flags.name ?? randomUUID(), signal };
    this.#started = {
      executionArn: parseStateMachineArn(stateMachineArn).executionArn(start.name),
      express: machine.type === "EXPRESS",
      certain: false,
    };
    if (!flags.wait) return await this.#startOnly(client, start);
    if (flags.timeout !== undefined) this.#timer = setTimeout(() => this.#leaving.abort(), flags.timeout * 1000);
    const end = this.#started.express
      ? await this.#runExpress(connection, start)
      : await this.#runStandard(client, machine, start);
    return await this.#finish(end);
  }

  async #startOnly(client: SFNClient, start: StartOptions): Promise<number> {
    const { executionArn } = await startExecution(client, start);
    this.#output.write(this.#flags.json === true ? runningDocument(executionArn) : `${executionArn}\n`);
    await this.#output.end();
    return EXIT.ok;
  }

  async #runExpress(connection: ConnectOptions, start: StartOptions): Promise<ExecutionSnapshot> {
    // Sent again after an answer was lost, the request would start a second execution.
    const client = await connect({ ...connection, maxAttempts: 1 });
    this.#say(`started ${start.stateMachineArn}, execution ${start.name}`);
    return await runExpress(client, start);
  }

  async #runStandard(
    client: SFNClient,
    machine: DeployedStateMachine,
    start: StartOptions,
  ): Promise<ExecutionSnapshot> {
    const { executionArn } = await startExecution(client, start);
    this.#started = { executionArn, express: false, certain: true };
    this.#say(`started ${executionArn}`);
    const options = { mapRuns: machine.mayHaveMapRuns, signal: this.#leaving.signal };
    for await (const snapshot of watchExecution(client, executionArn, options)) {
      if (this.#last === undefined || this.#last.mapRuns.length === 0) this.#showProgress(snapshot);
      this.#last = snapshot;
    }
    if (this.#last === undefined) throw new Error("a watch ended without a snapshot");
    return this.#last;
  }

  /** Begins to draw with the first map run: before it there is nothing to count. */
  #showProgress(first: ExecutionSnapshot): void {
    const progress = progressOf(first, Date.now());
    if (progress === undefined) return;
    this.#view.start(() => progressOf(this.#last ?? first, Date.now()) ?? progress);
  }

  async #finish(end: ExecutionSnapshot): Promise<number> {
    const { out, json, quiet, verbose } = this.#flags;
    this.#view.stop();
    // There is nothing to stop any more.
    this.#started = undefined;
    if (this.#file !== undefined && end.output !== undefined) {
      this.#file.write(end.output.text);
      await this.#file.close();
    } else await this.#file?.abort();
    if (json === true) this.#output.write(outcomeDocument(end, out === undefined));
    else if (out === undefined && end.output !== undefined) this.#output.write(`${end.output.text}\n`);
    await this.#output.end();
    const { failure: cause } = this.#output;
    if (cause !== undefined) {
      throw new FanoutError("FANOUT_OUTPUT_UNWRITABLE", `stdout cannot be written: ${cause.message}`, { cause });
    }
    if (quiet !== true) {
      const paint = painter(process.stderr, process.env);
      for (const line of outcomeText(end, { verbose: verbose === true, out, paint })) this.#view.say(line);
    }
    return end.status === "SUCCEEDED" ? EXIT.ok : EXIT.failed;
  }

  /** Ctrl-C: before the start, and after the end, there is nothing to tell. */
  #stop(): void {
    if (this.#started !== undefined) return this.#leaving.abort();
    this.#file?.abortNow();
    process.exit(this.#interrupts.code);
  }

  async fail(error: unknown): Promise<number> {
    this.#view.stop();
    await this.#file?.abort();
    if (this.#started !== undefined && this.#leaving.signal.aborted) return await this.#leave(this.#started);
    const name = error instanceof FanoutError ? error.code : "Bug";
    const message = error instanceof Error ? error.message : String(error);
    if (this.#flags.json === true) this.#output.write(notRunDocument({ name, message }));
    await this.#output.end();
    this.#view.say(errorText(error, this.#flags.verbose === true));
    if (this.#started?.certain === true) this.#view.say(goesOn(this.#started, this.#flags));
    return EXIT.couldNotRun;
  }

  async #leave(started: Started): Promise<number> {
    if (this.#flags.json === true) this.#output.write(runningDocument(started.executionArn));
    await this.#output.end();
    const { code = EXIT.timedOut } = this.#interrupts;
    const why = code === EXIT.timedOut ? `not ended within ${this.#flags.timeout} s` : "stopped waiting";
    this.#view.say(`fanout: ${why}`);
    this.#view.say(goesOn(started, this.#flags));
    return code;
  }

  #say(line: string): void {
    if (this.#flags.quiet !== true) this.#view.say(line);
  }

  async close(): Promise<void> {
    clearTimeout(this.#timer);
    this.#view.stop();
    this.#interrupts.ignore();
  }
}

function connectionOf(arn: string | undefined, { profile, region, endpointUrl }: InvokeFlags): ConnectOptions {
  // The SDK reads the endpoint of a profile for the one of the environment only.
  if (profile !== undefined) process.env["AWS_PROFILE"] = profile;
  // What Node's version will mean for the SDK one day is no business of this command.
  process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] ??= "true";
  // A state machine is in the Region of its ARN and in no other.
  const ownRegion = arn === undefined ? undefined : parseStateMachineArn(arn).region;
  return { profile, region: region ?? ownRegion, endpoint: endpointUrl };
}

function runningDocument(executionArn: string): string {
  return `${JSON.stringify({ status: "RUNNING", executionArn })}\n`;
}

function stackOf({ stack = "", stateMachine }: InvokeFlags): StackOptions {
  return { stack, stateMachine };
}

function goesOn({ executionArn, express, certain }: Started, flags: InvokeFlags): string {
  if (express) return "An EXPRESS execution cannot be stopped: it ends by itself, after 5 minutes at the latest.";
  const what = certain ? "The execution goes on" : "The execution may have been started";
  return `${what}. To stop it:\n  ${stopCommand(executionArn, flags)}`;
}
