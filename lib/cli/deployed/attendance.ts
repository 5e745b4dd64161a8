import type { SFNClient } from "@aws-sdk/client-sfn";
import type { ConnectOptions } from "../../aws/client.js";
import type { ExecutionSnapshot } from "../../aws/snapshot.js";
import { type WatchOptions, watchExecution } from "../../aws/watch.js";
import { FanoutError } from "../../errors.js";
import { ResultFile } from "../../local/result-file.js";
import { errorText } from "../error-text.js";
import { EXIT } from "../exit-code.js";
import { Interrupts } from "../run/interrupts.js";
import { LineOutput } from "../run/line-output.js";
import { ProgressView } from "../run/progress-view.js";
import { notRunDocument } from "../run/results.js";
import { painter, progressKind } from "../run/terminal.js";
import { type Attended, goesOn } from "./goes-on.js";
import { outcomeDocument, outcomeText } from "./outcome.js";
import { progressOf } from "./progress.js";

/** The flags that commands which wait for a deployed execution have in common, their values checked one by one. */
export interface AttendFlags {
  readonly profile?: string;
  readonly region?: string;
  readonly endpointUrl?: string;
  /** Seconds. */
  readonly timeout?: number;
  /** False with `--no-wait`. */
  readonly wait: boolean;
  readonly out?: string;
  readonly json?: boolean;
  readonly progress: "auto" | "bar" | "plain" | "none";
  readonly quiet?: boolean;
  readonly verbose?: boolean;
}

/** Waits for a deployed execution: progress and outcome on stderr, the output on stdout or in a file, exit codes. */
export class Attendance {
  readonly #flags: AttendFlags;
  readonly #view: ProgressView;
  readonly #output: LineOutput;
  readonly #interrupts: Interrupts;
  /** Ends what is under way: Ctrl-C, or the time is over. */
  readonly #leaving = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #file: ResultFile | undefined;
  #last: ExecutionSnapshot | undefined;
  /** What has been started, or is just being started. */
  attended: Attended | undefined;

  constructor(flags: AttendFlags) {
    const { stderr, stdout, env } = process;
    this.#flags = flags;
    const kind = flags.quiet === true ? "none" : progressKind(flags.progress, stderr, env);
    this.#view = new ProgressView(kind, stderr, painter(stderr, env));
    this.#output = new LineOutput(stdout, { onGone: () => {} });
    this.#interrupts = new Interrupts({ stop: () => this.#stop(), drop: () => this.#file?.abortNow() });
    this.#interrupts.listen();
  }

  /** Aborts when nobody waits any more. */
  get signal(): AbortSignal {
    return this.#leaving.signal;
  }

  /** Opens the file of `--out`, before anything is started. */
  async openFile(): Promise<void> {
    if (this.#flags.out !== undefined) this.#file = await ResultFile.create(this.#flags.out);
  }

  /** The time of `--timeout` begins. */
  startTimer(): void {
    const { timeout } = this.#flags;
    if (timeout !== undefined) this.#timer = setTimeout(() => this.#leaving.abort(), timeout * 1000);
  }

  /** With `--no-wait`: tells what goes on. Gives the exit code. */
  async tell(executionArn: string): Promise<number> {
    this.#output.write(this.#flags.json === true ? runningDocument(executionArn) : `${executionArn}\n`);
    await this.#output.end();
    return EXIT.ok;
  }

  /** Watches a STANDARD execution to its end. */
  async watch(
    client: SFNClient,
    executionArn: string,
    options: Pick<WatchOptions, "mapRuns" | "since">,
  ): Promise<ExecutionSnapshot> {
    this.attended = { executionArn, express: false };
    for await (const snapshot of watchExecution(client, executionArn, { ...options, signal: this.signal })) {
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

  /** Tells how it ended. Gives the exit code. */
  async finish(end: ExecutionSnapshot): Promise<number> {
    const { out, json, quiet, verbose } = this.#flags;
    this.#view.stop();
    // There is nothing to stop any more.
    this.attended = undefined;
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
    if (this.attended !== undefined) return this.#leaving.abort();
    this.#file?.abortNow();
    process.exit(this.#interrupts.code);
  }

  /** Tells what went wrong, or that it is waited no longer. Gives the exit code. */
  async fail(error: unknown): Promise<number> {
    this.#view.stop();
    await this.#file?.abort();
    if (this.attended !== undefined && this.signal.aborted) return await this.#leave(this.attended);
    const name = error instanceof FanoutError ? error.code : "Bug";
    const message = error instanceof Error ? error.message : String(error);
    if (this.#flags.json === true) this.#output.write(notRunDocument({ name, message }));
    await this.#output.end();
    this.#view.say(errorText(error, this.#flags.verbose === true));
    const { attended } = this;
    if (attended !== undefined && attended.asked === undefined) this.#view.say(goesOn(attended, this.#flags));
    return EXIT.couldNotRun;
  }

  async #leave(attended: Attended): Promise<number> {
    if (this.#flags.json === true) this.#output.write(runningDocument(attended.executionArn));
    await this.#output.end();
    const { code = EXIT.timedOut } = this.#interrupts;
    const why = code === EXIT.timedOut ? `not ended within ${this.#flags.timeout} s` : "stopped waiting";
    this.#view.say(`fanout: ${why}`);
    this.#view.say(goesOn(attended, this.#flags));
    return code;
  }

  say(line: string): void {
    if (this.#flags.quiet !== true) this.#view.say(line);
  }

  async close(): Promise<void> {
    clearTimeout(this.#timer);
    this.#view.stop();
    this.#interrupts.ignore();
  }
}

/** @param ownRegion That of the ARN in question: what it names is in that Region and in no other. */
export function connectionOf(
  { profile, region, endpointUrl }: Pick<AttendFlags, "profile" | "region" | "endpointUrl">,
  ownRegion: string | undefined,
): ConnectOptions {
  // The SDK reads the endpoint of a profile for the one of the environment only.
  if (profile !== undefined) process.env["AWS_PROFILE"] = profile;
  // What Node's version will mean for the SDK one day is no business of this command.
  process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] ??= "true";
  return { profile, region: region ?? ownRegion, endpoint: endpointUrl };
}

function runningDocument(executionArn: string): string {
  return `${JSON.stringify({ status: "RUNNING", executionArn })}\n`;
}
