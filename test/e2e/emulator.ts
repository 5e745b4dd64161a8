import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";

const run = promisify(execFile);

/** An AWS emulator from Python's package index: CloudFormation, Lambda, Step Functions, S3 and IAM on one port. */
const PACKAGE = "ministack==1.5.33";

export interface Emulator {
  /** `http://127.0.0.1:PORT`. */
  readonly endpoint: string;
  stop(): Promise<void>;
}

/**
 * Installs the emulator into a directory. Answers why that is not possible here, because there is no Python or no
 * index of packages in reach, or nothing when it worked.
 */
export async function installEmulator(directory: string): Promise<string | undefined> {
  try {
    await run("python3", ["-m", "venv", join(directory, "venv")], { timeout: 60_000 });
  } catch (error) {
    return `no Python with venv: ${firstLine(error)}`;
  }
  const pip = join(directory, "venv", "bin", "pip");
  const args = ["install", "--quiet", "--disable-pip-version-check", "--retries", "1", PACKAGE];
  try {
    await run(pip, args, { timeout: 60_000 });
  } catch (error) {
    if (!/connection|resolution|timed out|timeout|proxy|ssl/i.test(textOf(error))) throw error;
    return `no package index in reach of pip: ${firstLine(error)}`;
  }
  return undefined;
}

/** Starts the emulator that was installed into the directory, for this machine only. */
export async function startEmulator(directory: string): Promise<Emulator> {
  const port = await freePort();
  const emulator = spawn(join(directory, "venv", "bin", "python"), ["-m", "ministack"], {
    cwd: directory,
    env: {
      ...process.env,
      BIND_HOST: "127.0.0.1",
      GATEWAY_PORT: `${port}`,
      IOT_MTLS_ENABLED: "0",
      // What it leaves behind goes when the directory goes.
      HOME: directory,
      TMPDIR: directory,
    },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let log = "";
  emulator.stderr.on("data", (chunk) => {
    log = `${log}${chunk}`.slice(-4_000);
  });
  const endpoint = `http://127.0.0.1:${port}`;
  for (let wait = 0; ; wait++) {
    if (emulator.exitCode !== null || wait > 300) {
      await stop(emulator);
      throw new Error(`the emulator did not start: ${log}`);
    }
    const answer = await fetch(`${endpoint}/_ministack/health`).catch(() => undefined);
    if (answer?.ok === true) return { endpoint, stop: () => stop(emulator) };
    await sleep(100);
  }
}

async function stop(emulator: ChildProcess): Promise<void> {
  if (emulator.exitCode !== null || emulator.signalCode !== null) return;
  const exited = once(emulator, "exit");
  emulator.kill("SIGTERM");
  const force = setTimeout(() => emulator.kill("SIGKILL"), 5_000);
  await exited;
  clearTimeout(force);
}

/** A port that nobody listens on. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

function textOf(error: unknown): string {
  const { stderr, message } = error as { stderr?: string; message: string };
  return (stderr || message).trim();
}

function firstLine(error: unknown): string {
  return textOf(error).split("\n", 1).join();
}
