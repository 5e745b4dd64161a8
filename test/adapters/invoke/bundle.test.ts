import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { bundle } from "../../../lib/adapters/invoke/bundle.js";
import { BundleCache } from "../../../lib/adapters/invoke/bundle-cache.js";

let root = "";
let cache: BundleCache;
let entry = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "fanout-bundle-"));
  cache = new BundleCache(join(root, "cache"));
  entry = write(
    "task.ts",
    'import { factor } from "./lib/factor.js";\nexport const handler = async (n: number) => n * factor;',
  );
  write("lib/factor.ts", "export const factor: number = 2;");
  write("package.json", "{}");
});
afterEach(() => rmSync(root, { recursive: true }));

function write(name: string, text: string): string {
  const file = join(root, name);
  mkdirSync(join(file, ".."), { recursive: true });
  writeFileSync(file, text);
  return file;
}

function builtAt(file: string): number {
  return statSync(file).ino;
}

async function run(file: string, event: unknown): Promise<unknown> {
  const { handler } = (await import(pathToFileURL(file).href)) as { handler: (event: unknown) => Promise<unknown> };
  return handler(event);
}

describe("a module", () => {
  it("is bundled with what it imports, and its exports are known", async () => {
    write("lib/factor.ts", "export const factor: number = 3;\nexport const other = 1;");
    const built = await bundle(entry, cache);
    expect(built.exports).toEqual(["handler"]);
    expect(await run(built.file, 4)).toBe(12);
  });

  it('finds "fanout/task", wherever it lies', async () => {
    const file = write(
      "x.ts",
      'import { task } from "fanout/task";\nexport const handler = task((n: number) => n + 1);',
    );
    expect(await run((await bundle(file, cache)).file, 1)).toBe(2);
  });

  it("may use packages that call require at run time, beside a require of its own", async () => {
    write("node_modules/old/index.js", "module.exports = (name) => require(name);");
    const own = 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);';
    const use = 'export const handler = async () => [load("node:path").sep, require("node:path").sep];';
    const file = write("y.ts", `import load from "old";\n${own}\n${use}`);
    expect(await run((await bundle(file, cache)).file, {})).toEqual(["/", "/"]);
  });

  it("may wait at its top level", async () => {
    const file = write("z.ts", "const n = await Promise.resolve(5);\nexport const handler = async () => n;");
    expect(await run((await bundle(file, cache)).file, {})).toBe(5);
  });
});

describe("a module that cannot be bundled", () => {
  it("is named with the place of the mistake", async () => {
    const file = write("broken.ts", "export const handler = async () => {\n  return 1 +;\n};");
    await expect(bundle(file, cache)).rejects.toMatchObject({
      code: "FANOUT_TASK_BROKEN",
      message: expect.stringMatching(/broken\.ts:2:13: the task does not build: Unexpected ";"$/),
      location: { line: 2, column: 13 },
    });
  });

  it("is named with the import that is missing", async () => {
    const file = write("missing.ts", 'import "no-such-package";\nexport const handler = async () => 1;');
    await expect(bundle(file, cache)).rejects.toThrow(/missing\.ts:1:8: .*"no-such-package"/);
  });

  it("leaves nothing behind", async () => {
    await expect(bundle(write("broken.ts", "{"), cache)).rejects.toThrow();
    await expect(bundle(join(root, "absent.ts"), cache)).rejects.toMatchObject({ code: "FANOUT_FILE_NOT_FOUND" });
    expect(readdirSync(root)).not.toContain("cache");
  });
});

describe("the cache", () => {
  it("gives the bundle of an earlier run", async () => {
    const first = await bundle(entry, cache);
    const written = builtAt(first.file);
    const second = await bundle(entry, new BundleCache(cache.directory));
    expect(second).toEqual(first);
    expect(builtAt(second.file)).toBe(written);
  });

  it("still does when an input was only touched", async () => {
    const first = await bundle(entry, cache);
    const written = builtAt(first.file);
    utimesSync(entry, new Date(0), new Date(0));
    expect(builtAt((await bundle(entry, cache)).file)).toBe(written);
  });

  it.each([
    ["the module", () => write("task.ts", "export const handler = async () => 'new';"), "new"],
    ["an import", () => write("lib/factor.ts", "export const factor: number = 5;"), 20],
    ["an import, at the same length", () => write("lib/factor.ts", "export const factor: number = 7;"), 28],
  ])("builds again when %s has changed", async (_name, change, result) => {
    const first = await bundle(entry, cache);
    change();
    const second = await bundle(entry, cache);
    expect(second.file).not.toBe(first.file);
    expect(await run(second.file, 4)).toBe(result);
  });

  it("builds again when a tsconfig.json appears that was not there", async () => {
    const first = await bundle(entry, cache);
    const written = builtAt(first.file);
    write("tsconfig.json", "{}");
    expect(builtAt((await bundle(entry, cache)).file)).not.toBe(written);
  });

  it("builds again when the bundle or its description is damaged", async () => {
    const first = await bundle(entry, cache);
    rmSync(first.file);
    expect(await run((await bundle(entry, cache)).file, 1)).toBe(2);
    for (const name of readdirSync(cache.directory))
      if (name.endsWith(".json")) writeFileSync(join(cache.directory, name), "{");
    expect((await bundle(entry, cache)).exports).toEqual(["handler"]);
  });

  it("keeps modules of the same name apart", async () => {
    const other = write("other/task.ts", "export const handler = async () => 'other';");
    const [one, two] = await Promise.all([bundle(entry, cache), bundle(other, cache)]);
    expect([await run(one.file, 1), await run(two.file, 1)]).toEqual([2, "other"]);
  });
});
