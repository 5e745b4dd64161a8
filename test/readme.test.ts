import { execFile } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));
const shell = promisify(execFile);

/** The fenced blocks of the README: language and content. */
const blocks = [...readFileSync(join(root, "README.md"), "utf8").matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(
  ([, language = "", content = ""]) => ({ language, content }),
);
const commands = blocks
  .filter(({ language }) => language === "sh")
  .flatMap(({ content }) => content.split("\n").filter((line) => line !== ""));

/** Commands that a test cannot run in place, and who runs what they do instead. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  "npm ci && npm start    # fans a real task out over 135,000 places of the world, and shows what came out":
    "test/scripts/start.test.ts",
  "npm ci && npm test     # everything else that must hold": "test/readme.test.ts",
  "npm install fanout": "test/readme.test.ts",
  "npx cdk deploy": "test/e2e/deploy.test.ts",
  "npx fanout redrive arn:aws:states:us-east-1:000000000000:execution:order:EXECUTION": "test/cli/redrive.test.ts",
};

/** What each command has to print, on either stream. */
const PRINTS: readonly (readonly [start: string, output: RegExp])[] = [
  [
    "npx fanout run --task functions/word-count.ts --items pages.jsonl --tolerated-failure-percentage 50 --batch",
    /counts\.jsonl/,
  ],
  [
    "npx fanout run --task functions/word-count.ts --items pages.jsonl --tolerated-failure-percentage 50 --data",
    /counted\.jsonl/,
  ],
  ["npx fanout resume", /nothing to do: the run is over, its status is SUCCEEDED/],
  ["npx fanout run --task", /"output":\{"title":"three","words":5\}[\s\S]*RangeError/],
  ["cat pages.jsonl |", /"succeeded":2,"failed":1/],
  ["npx cdk synth", /^/],
  ["npx fanout validate", /^/],
  ["npx fanout serve", /serving 1 state machine/],
  ["export AWS_ENDPOINT_URL", /^/],
  ["npx fanout invoke", /"id": ?7/],
  ["npx fanout run --input", /"words":4[\s\S]*"words":1/],
  ["npx fanout run counts.asl.json", /"Bucket": ?"counts"/],
  ["npx fanout results", /"index":0,.*"input":"one"[\s\S]*"index":1,.*"input":"two"/],
];

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "fanout-"));
  mkdirSync(join(folder, "node_modules", ".bin"), { recursive: true });
  for (const name of ["aws-cdk-lib", "aws-cdk", "constructs", "esbuild", "@types", "@aws-sdk", "@smithy"]) {
    symlinkSync(join(root, "node_modules", name), join(folder, "node_modules", name));
  }
  symlinkSync(root, join(folder, "node_modules", "fanout"));
  for (const name of ["cdk", "esbuild"]) {
    symlinkSync(join(root, "node_modules", ".bin", name), join(folder, "node_modules", ".bin", name));
  }
  const bin = join(root, "dist", "lib", "cli", "bin.js");
  chmodSync(bin, 0o755);
  symlinkSync(bin, join(folder, "node_modules", ".bin", "fanout"));
  writeFileSync(join(folder, "package.json"), '{"name":"words","private":true}');
  writeFileSync(join(folder, "package-lock.json"), '{"lockfileVersion":3}');
  for (const { content } of blocks) {
    const [, name, text = ""] = /^\/\/ (\S+)\n([\s\S]*)$/.exec(content) ?? [];
    if (name === undefined) continue;
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
});

afterAll(() => rmSync(folder, { recursive: true }));

describe("the README", () => {
  it("has only commands that a test knows", () => {
    const known = (command: string) => command in ELSEWHERE || PRINTS.some(([start]) => command.startsWith(start));
    expect(commands.filter((command) => !known(command))).toEqual([]);
    for (const file of Object.values(ELSEWHERE)) expect(existsSync(join(root, file)), file).toBe(true);
    const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { scripts: object };
    expect(Object.keys(scripts)).toEqual(expect.arrayContaining(["start", "test", "bench"]));
  });

  it("its commands do what they say, in order, in a project that has only what it installs", async () => {
    // One shell for all, as a reader has: what one command starts or exports is there for the next.
    const mark = "-- next --";
    const script = commands
      .filter((command) => !(command in ELSEWHERE))
      .flatMap((command) => [command, `echo "${mark}"`]);
    // `exec`, since the shell's own command line has the words too.
    const end = 'exec pkill -f -- "order.asl.json --virtual-time"';
    const { stdout } = await shell("bash", ["-c", ["exec 2>&1", "set -e", ...script, end].join("\n")], {
      cwd: folder,
      env: { ...process.env, CI: "true", NO_COLOR: "1", npm_config_offline: "true" },
    });
    const outputs = stdout.split(`${mark}\n`);
    for (const [index, command] of commands.filter((each) => !(each in ELSEWHERE)).entries()) {
      const expected = PRINTS.find(([start]) => command.startsWith(start))?.[1] ?? /^/;
      expect(outputs[index], command).toMatch(expected);
    }
  });

  it("its program runs, and its types are right", async () => {
    const options = [
      "--noEmit",
      "--strict",
      "--module",
      "nodenext",
      "--target",
      "es2022",
      "--types",
      "node",
      "count.mts",
    ];
    await shell(join(root, "node_modules", ".bin", "tsc"), options, { cwd: folder });
    await shell("npx", ["esbuild", "count.mts", "--outfile=count.mjs", "--log-level=error"], { cwd: folder });
    expect((await shell(process.execPath, ["count.mjs"], { cwd: folder })).stdout).toBe("4\n");
  });
});
