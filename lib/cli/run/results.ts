import type { JsonText } from "../../json.js";
import type { ItemFailure } from "../../local/item-results.js";
import { ResultFile } from "../../local/result-file.js";
import type { RunSummary } from "../../local/summary.js";
import type { LineOutput } from "./line-output.js";

/** What is left to print when all items have ended. */
export interface RunEnd {
  readonly summary: RunSummary;
  /** Output of the state machine, when it succeeded and is worth anything. */
  readonly output: JsonText | undefined;
  /** Files that were written. */
  readonly files: readonly string[];
}

export interface ResultsOptions {
  /** File for the results of items. */
  readonly out: string | undefined;
  /** What is on stdout: result lines, one JSON document, or the output of the state machine. */
  readonly stdout: "lines" | "document" | "output";
}

/** The results of a run: those of its items in a file, as lines on stdout or inside one JSON document there. */
export class Results {
  readonly #stdout: ResultsOptions["stdout"];
  readonly #output: LineOutput;
  readonly #file: ResultFile | undefined;
  /** The document has begun, with results. */
  #inDocument = false;

  private constructor(stdout: ResultsOptions["stdout"], output: LineOutput, file: ResultFile | undefined) {
    this.#stdout = stdout;
    this.#output = output;
    this.#file = file;
  }

  /** Throws FANOUT_OUTPUT_UNWRITABLE. */
  static async open({ out, stdout }: ResultsOptions, output: LineOutput): Promise<Results> {
    return new Results(stdout, output, out === undefined ? undefined : await ResultFile.create(out));
  }

  /** Adds result lines, without the last line break, in item order. A promise holds the run back. */
  add(lines: string): void | Promise<void> {
    if (this.#file !== undefined) return this.#file.write(lines);
    if (this.#stdout === "lines") return this.#output.write(`${lines}\n`);
    if (this.#stdout === "output") return undefined;
    const before = this.#inDocument ? ",\n" : '{"results":[\n';
    this.#inDocument = true;
    return this.#output.write(before + lines.replaceAll("\n", ",\n"));
  }

  /** Makes the file visible and prints what is left. */
  async end({ summary, output, files }: RunEnd): Promise<void> {
    await this.#file?.close();
    if (this.#stdout === "output" && output !== undefined) this.#output.write(`${output.text}\n`);
    if (this.#stdout !== "document") return;
    const { status, error, ...figures } = summary;
    const members = [
      `"status":${JSON.stringify(status)}`,
      ...(output === undefined ? [] : [`"output":${output.text}`]),
      ...(error === undefined ? [] : [`"error":${JSON.stringify(error)}`]),
      `"summary":${JSON.stringify({ ...figures, files })}`,
    ];
    this.#output.write(this.#document(members));
  }

  /** The run could not be: no file is left, and a document says why. */
  async fail(error: ItemFailure): Promise<void> {
    await this.#file?.abort();
    if (this.#stdout === "document") this.#output.write(this.#document(notRunMembers(error)));
  }

  /** Removes what would be left behind when the process ends now. */
  dropNow(): void {
    this.#file?.abortNow();
  }

  #document(members: readonly string[]): string {
    const rest = `${members.join(",")}}\n`;
    if (this.#inDocument) return `\n],${rest}`;
    return this.#file === undefined ? `{"results":[],${rest}` : `{${rest}`;
  }
}

function notRunMembers({ name, message }: ItemFailure): readonly string[] {
  return ['"status":"NOT_RUN"', `"error":${JSON.stringify({ name, message })}`];
}

/** The document of a run that did not come as far as having results. */
export function notRunDocument(error: ItemFailure): string {
  return `{${notRunMembers(error).join(",")}}\n`;
}
