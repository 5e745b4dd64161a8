import { existsSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { folderWith, namesIn, runCli } from "../run-cli.js";

/**
 * An app that does what `cdk synth` expects of one, without the weight of aws-cdk-lib: it writes an assembly into the
 * folder it is told, whose state machine answers with the context that it was given.
 */
const APP = `import { mkdirSync, writeFileSync, appendFileSync } from "node:fs";
appendFileSync("synths.log", "synth\\n");
const context = JSON.parse(process.env.CDK_CONTEXT_JSON);
const out = process.env.CDK_OUTDIR;
mkdirSync(out, { recursive: true });
const definition = { StartAt: "A", States: { A: { Type: "Pass", Result: context, End: true } } };
const machine = {
  Type: "AWS::StepFunctions::StateMachine",
  Properties: { RoleArn: "arn:aws:iam::111122223333:role/r", DefinitionString: JSON.stringify(definition) },
  Metadata: { "aws:cdk:path": "Stack/Sorter/Resource" },
};
writeFileSync(out + "/Stack.template.json", JSON.stringify({ Resources: { Sorter1A2B: machine } }));
const artifact = { type: "aws:cloudformation:stack", properties: { templateFile: "Stack.template.json" } };
writeFileSync(out + "/manifest.json", JSON.stringify({ version: "36.0.0", artifacts: { Stack: artifact } }));
`;

const CDK_JSON = JSON.stringify({ app: "node app.mjs", context: { colour: "green" } });

const synths = (cwd: string) => readFileSync(join(cwd, "synths.log"), "utf8").split("\n").length - 1;

/** Makes the assembly younger, or a source, without waiting for the clock. */
function age(cwd: string, name: string, seconds: number): void {
  const time = Date.now() / 1000 + seconds;
  utimesSync(join(cwd, name), time, time);
}

test("the app of the folder is synthesised with its context, and again only when a source is newer", async () => {
  const cwd = folderWith({ "app.mjs": APP, "cdk.json": CDK_JSON });
  const first = await runCli(["run"], { cwd });
  expect(first.stderr).toMatch(/^synthesising: node app\.mjs\nSucceeded\n/);
  expect(JSON.parse(first.stdout)).toMatchObject({ colour: "green", "aws:cdk:enable-asset-metadata": true });
  age(cwd, "cdk.out/manifest.json", 5);
  expect((await runCli(["run", "--state-machine", "Sorter"], { cwd })).stderr).toMatch(/^Succeeded\n/);
  expect(synths(cwd)).toBe(1);
  age(cwd, "app.mjs", 10);
  expect((await runCli(["run"], { cwd })).stderr).toMatch(/^synthesising \(app\.mjs has changed\): node app\.mjs\n/);
  expect(synths(cwd)).toBe(2);
});

test("results written into the folder do not make it newer", async () => {
  const cwd = folderWith({ "app.mjs": APP, "cdk.json": CDK_JSON });
  await runCli(["run", "--out", "o.jsonl"], { cwd });
  age(cwd, "cdk.out/manifest.json", 5);
  age(cwd, "o.jsonl", 10);
  await runCli(["run", "--out", "o.jsonl"], { cwd });
  expect(synths(cwd)).toBe(1);
});

test("--app is the command, or an assembly", async () => {
  const cwd = folderWith({ "app.mjs": APP });
  expect((await runCli(["run", "--app", "node app.mjs"], { cwd })).code).toBe(0);
  writeFileSync(join(cwd, "app.mjs"), "process.exit(1)");
  expect((await runCli(["run", "-a", "cdk.out"], { cwd })).stderr).toMatch(/^Succeeded\n/);
});

test("an app that fails is told of with what it threw, and nothing is run", async () => {
  const app = 'function deep() {\n  throw new Error("no such stack");\n}\ndeep();\n';
  const cwd = folderWith({ "app.mjs": app, "cdk.json": CDK_JSON });
  const { code, stdout, stderr } = await runCli(["run", "--out", "o.jsonl"], { cwd });
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  const [, first, second, third] = stderr.split("\n");
  expect(first).toBe(
    "fanout: the CDK app did not synthesise: ended by exit code 1: node app.mjs [FANOUT_SYNTH_FAILED]",
  );
  expect(second).toBe("Error: no such stack");
  expect(third).toMatch(/^ {4}at deep /);
  expect(namesIn(cwd)).toEqual(["app.mjs", "cdk.json"]);
});

test("an app that leaves no assembly is a failed synthesis", async () => {
  const cwd = folderWith({ "app.mjs": 'console.log("done");\n', "cdk.json": CDK_JSON });
  const { code, stderr } = await runCli(["run"], { cwd });
  expect(code).toBe(1);
  expect(stderr).toMatch(
    /did not synthesise: it left no cdk\.out\/manifest\.json: node app\.mjs \[FANOUT_SYNTH_FAILED\]\ndone\n$/,
  );
  expect(existsSync(join(cwd, "cdk.out"))).toBe(false);
});

test.each([
  [
    {},
    /^fanout: nothing to run: there is no cdk\.json here; give a target, --app, or --task and --items .*\[FANOUT_USAGE\]\n$/,
  ],
  [{ "cdk.json": "{}" }, /^fanout: nothing to run: cdk\.json has no app;.*\[FANOUT_USAGE\]\n$/],
  [{ "cdk.json": "{" }, /^fanout: cdk\.json: broken JSON: .*\[FANOUT_FILE_UNREADABLE\]\n$/],
])("a folder with %j has nothing to run", async (files, line) => {
  const { code, stderr } = await runCli(["run"], { cwd: folderWith(files) });
  expect(code).toBe(1);
  expect(stderr).toMatch(line);
});
