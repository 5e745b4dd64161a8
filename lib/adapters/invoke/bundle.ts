import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, join, resolve } from "node:path";
import type { BuildFailure, Message } from "esbuild";
import { FanoutError } from "../../errors.js";
import { type Bundle, BundleCache } from "./bundle-cache.js";

/**
 * `require` for CommonJS packages inside an ES module. Only written when esbuild left its own stand-in for it behind;
 * in that case no other `require` is declared, because esbuild keeps the name free.
 */
const REQUIRE = `import{createRequire as fanoutCreateRequire}from"node:module";const require=fanoutCreateRequire(import.meta.url);`;

/**
 * Bundles a source module with all its packages into one ES module, or takes the bundle of an earlier run when none
 * of its inputs has changed; then esbuild is not even loaded. Throws FanoutError: FANOUT_FILE_NOT_FOUND, or
 * FANOUT_TASK_BROKEN with file, line and column when it does not build.
 */
export async function bundle(entry: string, cache = BundleCache.default()): Promise<Bundle> {
  const file = resolve(entry);
  if (!existsSync(file)) {
    throw new FanoutError("FANOUT_FILE_NOT_FOUND", "there is no such file", { location: { file: entry } });
  }
  const key = cacheKey(file);
  const cached = cache.find(key);
  if (cached !== undefined) return cached;
  const { outputFiles, metafile } = await build(file, entry, cache.directory);
  const [output] = Object.values(metafile.outputs);
  return cache.store(key, {
    name: basename(file).replace(/\.\w+$/, ""),
    text: withRequire(outputFiles[0]?.text ?? ""),
    exports: output?.exports ?? [],
    inputs: Object.keys(metafile.inputs).map((input) => resolve(input)),
  });
}

/** Everything a bundle depends on but its inputs: where it starts, what it is built with and for. */
function cacheKey(file: string): string {
  const { version } = createRequire(import.meta.url)("esbuild/package.json") as { version: string };
  return createHash("sha256").update([file, version, target(), taskModule()].join("\n")).digest("hex").slice(0, 32);
}

function target(): string {
  return `node${process.versions.node}`;
}

/** The module behind "fanout/task", so that it is found wherever the task lies, this repository included. */
function taskModule(): string {
  return createRequire(import.meta.url).resolve("fanout/task");
}

async function build(file: string, entry: string, directory: string) {
  const esbuild = await import("esbuild");
  try {
    return await esbuild.build({
      entryPoints: [file],
      bundle: true,
      write: false,
      metafile: true,
      platform: "node",
      format: "esm",
      target: target(),
      sourcemap: "inline",
      sourcesContent: false,
      alias: { "fanout/task": taskModule() },
      outfile: join(directory, "bundle.mjs"),
      logLevel: "silent",
    });
  } catch (error) {
    throw broken(error as BuildFailure | Error, entry);
  }
}

function broken(error: BuildFailure | Error, entry: string): FanoutError {
  const first: Message | undefined = "errors" in error ? error.errors[0] : undefined;
  const at = first?.location;
  const location = at ? { file: at.file, line: at.line, column: at.column + 1 } : { file: entry };
  const message = (first?.text ?? error.message).split("\n", 1)[0];
  return new FanoutError("FANOUT_TASK_BROKEN", `the task does not build: ${message}`, { location, cause: error });
}

function withRequire(text: string): string {
  return text.includes("var __require = ") ? REQUIRE + text : text;
}
