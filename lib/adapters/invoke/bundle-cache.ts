import { createHash, randomUUID } from "node:crypto";
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";

/** A built module on disk. */
export interface Bundle {
  /** Path of the ES module. */
  readonly file: string;
  /** Names it exports. */
  readonly exports: readonly string[];
}

interface Build {
  /** For people who look into the folder. */
  readonly name: string;
  readonly text: string;
  readonly exports: readonly string[];
  /** Absolute paths of all files that went into it. */
  readonly inputs: readonly string[];
}

/** `size`, `mtimeMs` and `hash` are absent for a file that does not exist (and would change the build if it did). */
interface Input {
  readonly path: string;
  readonly size?: number;
  readonly mtimeMs?: number;
  readonly hash?: string;
}

interface Manifest {
  readonly file: string;
  readonly exports: readonly string[];
  readonly inputs: readonly Input[];
}

/** A bundle of this age that a newer build has replaced is not in use any more. */
const STALE_MS = 24 * 3600 * 1000;

/**
 * Bundles of earlier runs. A key has one manifest, which lists every input with its hash; a bundle is found only when
 * all of them are as they were. Files are written beside their place and moved, so that runs in parallel are safe.
 */
export class BundleCache {
  /** Where the bundles are, absolute: source maps are relative to it. */
  readonly directory: string;

  constructor(directory: string) {
    this.directory = resolve(directory);
  }

  /** `.fanout/cache` of the working directory, or a folder of the system's temporary one when that is not writable. */
  static default(): BundleCache {
    const directory = join(process.cwd(), ".fanout", "cache");
    if (isWritable(directory)) return new BundleCache(directory);
    return new BundleCache(join(tmpdir(), `fanout-cache-${process.getuid?.() ?? "user"}`));
  }

  find(key: string): Bundle | undefined {
    const manifest = this.#read(key);
    if (manifest === undefined) return undefined;
    const file = join(this.directory, manifest.file);
    if (!existsSync(file) || !manifest.inputs.every(isUnchanged)) return undefined;
    return { file, exports: manifest.exports };
  }

  store(key: string, build: Build): Bundle {
    mkdirSync(this.directory, { recursive: true });
    const name = `${build.name}-${key.slice(0, 8)}-${sha256(build.text).slice(0, 16)}.mjs`;
    const paths = [...build.inputs, ...configurationFiles(build.inputs)];
    const manifest: Manifest = { file: name, exports: build.exports, inputs: paths.map(describe) };
    this.#write(name, build.text);
    this.#write(`${key}.json`, JSON.stringify(manifest));
    this.#prune(`${build.name}-${key.slice(0, 8)}-`, name);
    return { file: join(this.directory, name), exports: build.exports };
  }

  #read(key: string): Manifest | undefined {
    try {
      return JSON.parse(readFileSync(join(this.directory, `${key}.json`), "utf8")) as Manifest;
    } catch {
      return undefined;
    }
  }

  #write(name: string, text: string): void {
    const draft = join(this.directory, `.${name}.${randomUUID()}`);
    writeFileSync(draft, text);
    renameSync(draft, join(this.directory, name));
  }

  #prune(prefix: string, current: string): void {
    for (const name of readdirSync(this.directory)) {
      if (!name.startsWith(prefix) || name === current) continue;
      const file = join(this.directory, name);
      const stats = statSync(file, { throwIfNoEntry: false });
      if (stats !== undefined && Date.now() - stats.mtimeMs > STALE_MS) rmSync(file, { force: true });
    }
  }
}

/** True when the directory, or the nearest one around it that exists, can be written to. */
function isWritable(directory: string): boolean {
  if (!existsSync(directory)) return isWritable(dirname(directory));
  try {
    accessSync(directory, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** package.json and tsconfig.json around the inputs decide how imports resolve and how sources compile. */
function configurationFiles(inputs: readonly string[]): Set<string> {
  const files = new Set<string>();
  const seen = new Set<string>();
  for (const input of inputs) {
    for (let at = dirname(input); !seen.has(at); at = dirname(at)) {
      seen.add(at);
      files.add(join(at, "package.json")).add(join(at, "tsconfig.json"));
      if (existsSync(join(at, "package.json"))) break;
    }
  }
  return files;
}

function describe(path: string): Input {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return { path };
  return { path, size: stats.size, mtimeMs: stats.mtimeMs, hash: sha256(readFileSync(path)) };
}

/** Size and time answer at once for most files; a file that was only touched is compared by its content. */
function isUnchanged(input: Input): boolean {
  const stats = statSync(input.path, { throwIfNoEntry: false });
  if (stats === undefined || input.hash === undefined) return stats === undefined && input.hash === undefined;
  if (stats.size !== input.size) return false;
  return stats.mtimeMs === input.mtimeMs || sha256(readFileSync(input.path)) === input.hash;
}

function sha256(data: string | Uint8Array): string {
  return createHash("sha256").update(data).digest("hex");
}
