import type { ConnectOptions } from "../../aws/client.js";
import { LazyS3, openResults, withRegionOf } from "../../aws/open-results.js";
import { FanoutError } from "../../errors.js";
import { ResultFile } from "../../local/result-file.js";
import { itemsAt } from "../../results/items.js";
import { readResults } from "../../results/read.js";
import type { Result } from "../../results/result.js";
import { errorText } from "../error-text.js";
import { EXIT } from "../exit-code.js";
import { grouped } from "../run/figures.js";
import { Interrupts } from "../run/interrupts.js";
import { LineOutput } from "../run/line-output.js";
import { checkFlags, type Format, type ResultsFlags } from "./flags.js";
import { array, lines, type ResultsWriter, type Target } from "./writer.js";

/** Carries out `fanout results`. Never rejects: what went wrong is said on stderr. Gives the exit code. */
export async function results(run: string, flags: ResultsFlags): Promise<number> {
  const command = new ResultsCommand(flags);
  try {
    return await command.run(run);
  } catch (error) {
    return await command.fail(error);
  } finally {
    await command.close();
  }
}

class ResultsCommand {
  readonly #flags: ResultsFlags;
  readonly #output: LineOutput;
  readonly #interrupts: Interrupts;
  #s3: LazyS3 | undefined;
  #file: ResultFile | undefined;
  #writer: ResultsWriter | undefined;
  /** Nobody reads stdout any more. */
  #gone = false;
  #succeeded = 0;
  #failed = 0;

  constructor(flags: ResultsFlags) {
    this.#flags = flags;
    this.#output = new LineOutput(process.stdout, {
      onGone: () => {
        this.#gone = true;
      },
    });
    // There is nothing to finish: what is half written goes, and temporary files go with the process.
    const end = () => {
      this.#file?.abortNow();
      process.exit(this.#interrupts.code);
    };
    this.#interrupts = new Interrupts({ stop: end, drop: end });
    this.#interrupts.listen();
  }

  async run(run: string): Promise<number> {
    const { out, ordered, items, failed, succeeded } = this.#flags;
    const format = checkFlags(this.#flags, process.stdout.isTTY === true);
    const connection = withRegionOf(run, connectionOf(this.#flags));
    const s3 = new LazyS3(connection);
    this.#s3 = s3;
    const opened = await openResults(run, s3, connection);
    const source = items === undefined ? undefined : itemsAt(items, s3.get);
    if (out !== undefined) this.#file = await ResultFile.create(out);
    const writer = await writerOf(format, this.#target());
    this.#writer = writer;
    const only = failed === true ? "failed" : succeeded === true ? "succeeded" : undefined;
    for await (const chunk of readResults(opened, { ordered, items: source, only })) {
      for (const result of chunk) {
        // Awaited only when there is something to wait for: a promise a result would be much of the work.
        const room = this.#add(writer, result);
        if (room !== undefined) await room;
      }
      if (this.#gone) break;
    }
    if (!this.#gone) await writer.end();
    await this.#file?.close();
    await this.#output.end();
    this.#checkOutput();
    if (!this.#gone) this.#say();
    return EXIT.ok;
  }

  #add(writer: ResultsWriter, result: Result): void | Promise<void> {
    const { withInput } = this.#flags;
    if (result.status === "SUCCEEDED") this.#succeeded += result.count;
    else this.#failed += result.count;
    if (withInput !== true) return writer.add({ ...result, input: undefined });
    if (result.input !== undefined) return writer.add(result);
    const message = "the results have no input: --items FILE, the items of the run, helps";
    throw new FanoutError("FANOUT_RESULTS_INVALID", message);
  }

  #target(): Target {
    const file = this.#file;
    if (file === undefined) return { write: (text) => this.#output.write(text), append: toStdout };
    return { write: (text) => file.add(text), append: (bytes) => file.append(bytes) };
  }

  #checkOutput(): void {
    const { failure: cause } = this.#output;
    if (cause === undefined) return;
    throw new FanoutError("FANOUT_OUTPUT_UNWRITABLE", `stdout cannot be written: ${cause.message}`, { cause });
  }

  #say(): void {
    const { quiet, out } = this.#flags;
    if (quiet === true) return;
    const counts = [
      ...(this.#succeeded === 0 && this.#failed > 0 ? [] : [`${grouped(this.#succeeded)} succeeded`]),
      ...(this.#failed === 0 ? [] : [`${grouped(this.#failed)} did not`]),
      ...(out === undefined ? [] : [`written to ${out}`]),
    ];
    process.stderr.write(`fanout: ${counts.join(", ")}\n`);
  }

  async fail(error: unknown): Promise<number> {
    await this.#file?.abort();
    await this.#output.end();
    process.stderr.write(`${errorText(error, this.#flags.verbose === true)}\n`);
    return EXIT.couldNotRun;
  }

  async close(): Promise<void> {
    this.#interrupts.ignore();
    await this.#writer?.close();
    await this.#s3?.close();
  }
}

async function writerOf(format: Format, target: Target): Promise<ResultsWriter> {
  if (format === "jsonl") return lines(target);
  if (format === "json") return array(target);
  const { table } = await import("./table.js");
  if (format === "csv") return table((await import("./csv.js")).csv(target));
  return table(await (await import("./parquet.js")).parquet(target));
}

function toStdout(bytes: Uint8Array): void | Promise<void> {
  if (process.stdout.write(bytes)) return;
  return new Promise((resolve) => {
    process.stdout.once("drain", resolve).once("close", resolve);
  });
}

function connectionOf({ profile, region, endpointUrl }: ResultsFlags): ConnectOptions {
  // The SDK reads the endpoint of a profile for the one of the environment only.
  if (profile !== undefined) process.env["AWS_PROFILE"] = profile;
  // What Node's version will mean for the SDK one day is no business of this command.
  process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] ??= "true";
  return { profile, region, endpoint: endpointUrl };
}
