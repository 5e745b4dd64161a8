import { lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ApiError } from "../../../lib/serve/lambda/api-error.js";
import { unzip } from "../../../lib/serve/lambda/unzip.js";
import { EXECUTABLE, LINK, makeZip, type ZipEntry } from "./zip.js";

let parent = "";
let directory = "";
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), "fanout-unzip-"));
  directory = join(parent, "code");
  mkdirSync(directory);
});
afterEach(() => rmSync(parent, { recursive: true }));

const unpack = (entries: readonly ZipEntry[]) => unzip(makeZip(entries), directory);
const BROKEN = "Could not unzip uploaded file. Please check your file, then try to upload again.";

describe("a package", () => {
  it("comes out with its folders, names and contents", async () => {
    const big = "x".repeat(300_000);
    await unpack([
      { name: "index.js", content: "1" },
      { name: "empty/", mode: 0o040755 },
      { name: "a/b/ü 😀.txt", content: big },
      { name: "nothing" },
    ]);
    expect(readdirSync(directory).sort()).toEqual(["a", "empty", "index.js", "nothing"]);
    expect(readFileSync(join(directory, "a/b/ü 😀.txt"), "utf8")).toBe(big);
    expect(readFileSync(join(directory, "nothing"), "utf8")).toBe("");
  });

  it("keeps what can be executed", async () => {
    await unpack([
      { name: "run", mode: EXECUTABLE },
      { name: "data", mode: 0o100600 },
      { name: "unknown", mode: 0 },
    ]);
    const modes = ["run", "data", "unknown"].map((name) => statSync(join(directory, name)).mode & 0o111);
    expect(modes[0]).not.toBe(0);
    expect(modes.slice(1)).toEqual([0, 0]);
  });

  it("keeps links that stay inside", async () => {
    await unpack([
      { name: "bin/tool", content: "../lib/tool.js", mode: LINK },
      { name: "lib/tool.js", content: "code" },
    ]);
    expect(readlinkSync(join(directory, "bin/tool"))).toBe("../lib/tool.js");
    expect(readFileSync(join(directory, "bin/tool"), "utf8")).toBe("code");
  });
});

describe("nothing is written outside:", () => {
  it.each(["../evil", "a/../../evil", "/evil", "..\\evil", "C:\\evil"])("the name %s is refused", async (name) => {
    await expect(unpack([{ name: "index.js" }, { name, content: "x" }])).rejects.toThrow(BROKEN);
    expect(readdirSync(parent)).toEqual(["code"]);
  });

  it.each(["..", "../..", "/etc/passwd", "a/../../x"])("a link to %s is refused", async (target) => {
    const unpacked = unpack([{ name: "link", content: target, mode: LINK }]);
    await expect(unpacked).rejects.toThrow(`${BROKEN} (the link link leads out of the package)`);
    expect(readdirSync(directory)).toEqual([]);
  });

  it("a file behind a link is not written through it", async () => {
    const unpacked = unpack([
      { name: "a", content: "..", mode: LINK },
      { name: "a/evil", content: "x" },
    ]);
    await expect(unpacked).rejects.toThrow(BROKEN);
    expect(readdirSync(parent)).toEqual(["code"]);
  });

  it("a link behind links that lead out is refused", async () => {
    mkdirSync(join(parent, "x"));
    const unpacked = unpack([
      { name: "s/a", content: "..", mode: LINK },
      { name: "s/b", content: "a/../x", mode: LINK },
      { name: "s/b/evil", content: "target", mode: LINK },
    ]);
    await expect(unpacked).rejects.toThrow(BROKEN);
    expect(readdirSync(join(parent, "x"))).toEqual([]);
  });

  it("whatever is sent", async () => {
    const zip = makeZip([
      { name: "index.js", content: "exports.handler = async () => 1;" },
      { name: "dir/link", content: "../index.js", mode: LINK },
    ]);
    const change = fc.tuple(fc.nat({ max: zip.length - 1 }), fc.nat({ max: 255 }));
    const mutated = fc.array(change, { minLength: 1, maxLength: 6 }).map((changes) => {
      const bytes = Buffer.from(zip);
      for (const [at, value] of changes) bytes[at] = value;
      return bytes;
    });
    let count = 0;
    await fc.assert(
      fc.asyncProperty(fc.oneof(mutated, fc.uint8Array({ maxLength: 200 }).map(Buffer.from)), async (bytes) => {
        const target = join(directory, String(count++));
        mkdirSync(target);
        try {
          await unzip(bytes, target);
        } catch (error) {
          expect(error).toBeInstanceOf(ApiError);
        }
        expect(readdirSync(parent)).toEqual(["code"]);
      }),
      { numRuns: 300 },
    );
    expect(lstatSync(directory).isDirectory()).toBe(true);
  });
});

describe("a package is refused", () => {
  it("when there is no file in it", async () => {
    await expect(unpack([])).rejects.toThrow("Uploaded file must be a non-empty zip");
    await expect(unpack([{ name: "only/", mode: 0o040755 }])).rejects.toThrow("Uploaded file must be a non-empty zip");
  });

  it("when it is cut off", async () => {
    const zip = makeZip([{ name: "index.js", content: "x".repeat(5000) }]);
    for (const length of [0, 3, 30, zip.length - 30, zip.length - 1]) {
      await expect(unzip(zip.subarray(0, length), directory)).rejects.toThrow(BROKEN);
    }
  });

  it.each([
    ["checksum", { crc: 1 }],
    ["size", { size: 4 }],
  ])("when its content has another %s than it says", async (_, claims) => {
    await expect(unpack([{ name: "f", content: "content", claims }])).rejects.toThrow(BROKEN);
  });

  it("when it is larger than 250 MB unpacked, before that is written", async () => {
    const claims = { size: 262_144_001 };
    await expect(unpack([{ name: "f", content: "small", claims }])).rejects.toThrow(
      "Unzipped size must be smaller than 262144000 bytes",
    );
    expect(readdirSync(directory)).toEqual([]);
  });
});
