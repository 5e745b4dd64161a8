// The last step of the build: the command and the worker's side of a thread become a few files instead of some hundred
// small ones, which is most of what their start would otherwise take. The library itself stays as it was compiled.
import { rmSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

/**
 * Packages in CommonJS that commands load at once. To import one Node.js looks through all of it for the names that it
 * exports, which takes several times as long as to require it.
 */
const REQUIRED = ["commander"];
/** Functions that are packages in CommonJS: loaded when they are called first, since most state machines have no JSONata. */
const CALLED = ["jsonata"];

const require = createRequire(import.meta.url);

/** Makes requires of the imports of these packages. */
const required = {
  name: "required",
  setup({ onResolve, onLoad }) {
    const exactly = (packages) => ({ filter: new RegExp(`^(${packages.join("|")})$`) });
    onResolve(exactly(REQUIRED), ({ path }) => ({ path, namespace: "required" }));
    onResolve(exactly(CALLED), ({ path }) => ({ path, namespace: "called" }));
    onLoad({ filter: /./, namespace: "called" }, ({ path }) => {
      const contents = `
        import { createRequire } from "node:module";
        const require = createRequire(import.meta.url);
        export default (...given) => require(${JSON.stringify(path)})(...given);`;
      return { contents };
    });
    onLoad({ filter: /./, namespace: "required" }, ({ path }) => {
      const names = Object.keys(require(path)).join(", ");
      const contents = `
        import { createRequire } from "node:module";
        const all = createRequire(import.meta.url)(${JSON.stringify(path)});
        export default all;
        export const { ${names} } = all;`;
      return { contents };
    });
  },
};

const root = fileURLToPath(new URL("..", import.meta.url));
rmSync(new URL("../dist/lib/chunks", import.meta.url), { recursive: true, force: true });
await build({
  absWorkingDir: root,
  entryPoints: ["lib/cli/bin.ts", "lib/adapters/invoke/thread-worker.ts"],
  outbase: "lib",
  outdir: "dist/lib",
  // As deep as every other folder of lib, so that what is found relative to a module still is.
  chunkNames: "chunks/[name]-[hash]",
  bundle: true,
  splitting: true,
  packages: "external",
  format: "esm",
  platform: "node",
  target: "node20",
  sourcemap: true,
  logLevel: "warning",
  plugins: [required],
});
