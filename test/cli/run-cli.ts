import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";

/** The built command line: `npm run build` has to have been run. */
export const BIN = fileURLToPath(new URL("../../dist/lib/cli/bin.js", import.meta.url));

export interface CliResult {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliOptions {
  readonly cwd: string;
  /** Text on stdin. Absent: nothing. */
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** A command line that runs. */
export interface CliProcess {
  readonly ended: Promise<CliResult>;
  kill(signal: NodeJS.Signals): void;
  /** What it has written so far. */
  output(): { readonly stdout: string; readonly stderr: string };
  /** Resolves when stderr has the text; rejects when the process ends without it. */
  said(text: string): Promise<void>;
  /** Looks every few milliseconds; resolves when it holds, rejects when the process ends before. */
  until(holds: () => boolean): Promise<void>;
}

/** Without what decides how things look on the machine that runs the tests. */
function neutralEnvironment(): NodeJS.ProcessEnv {
  const { NO_COLOR: _1, FORCE_COLOR: _2, CI: _3, AWS_REGION: _4, AWS_DEFAULT_REGION: _5, ...env } = process.env;
  return env;
}

export function startCli(args: readonly string[], { cwd, input, env }: CliOptions): CliProcess {
  const child = spawn(process.execPath, [BIN, ...args], { cwd, env: { ...neutralEnvironment(), ...env } });
  let [stdout, stderr] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  // A command that fails early has closed its stdin.
  child.stdin.on("error", () => {});
  child.stdin.end(input ?? "");
  const ended = new Promise<CliResult>((resolve) => {
    child.on("close", (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
  const said = (text: string) =>
    new Promise<void>((resolve, reject) => {
      const look = () => stderr.includes(text) && resolve();
      child.stderr.on("data", look);
      child.on("close", () => reject(new Error(`ended without saying "${text}": ${stderr}`)));
      look();
    });
  const until = async (holds: () => boolean) => {
    let over = false;
    void ended.then(() => {
      over = true;
    });
    while (!holds()) {
      if (over) throw new Error(`ended too early: ${stderr}`);
      await sleep(5);
    }
  };
  return { ended, kill: (signal) => child.kill(signal), output: () => ({ stdout, stderr }), said, until };
}

export function runCli(args: readonly string[], options: CliOptions): Promise<CliResult> {
  return startCli(args, options).ended;
}

/** A folder with files, removed when the test has finished. */
export function folderWith(files: Readonly<Record<string, string | Uint8Array>>): string {
  const folder = mkdtempSync(join(tmpdir(), "fanout-cli-"));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Names of what is in a folder, what runs leave in `.fanout` aside. */
export function namesIn(folder: string): readonly string[] {
  return readdirSync(folder)
    .filter((name) => name !== ".fanout")
    .sort();
}

/** The values of JSON lines. */
export function jsonLines(text: string): readonly unknown[] {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as unknown);
}

export const DOUBLE = "export const handler = async (n) => n * 2;\n";
/** Fails for 3. */
export const PICKY = `export const handler = async (n) => {
  if (n === 3) throw new RangeError("3 is not liked");
  return n;
};
`;
