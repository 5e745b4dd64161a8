import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { threadInvoker } from "../../../lib/adapters/invoke/threads.js";
import { callOne, documentOf, fixture, invokerMaker, returned } from "../../contracts/invoker.js";

/* Handlers in directories as they are deployed, loaded where that matters: in a thread. */

const FILES = {
  "index.js": "exports.handler = async () => 'index'; exports.api = { get: async () => 'nested' }; exports.data = 1;",
  "src/app.mjs": "export const handler = async () => 'src/app';",
  "common.cjs": "module.exports.handler = async () => 'common';",
  "src/data/app.js": "exports.handler = async () => 'deep';",
  "needs.js": "require('not-there'); exports.handler = async () => 1;",
  "imports.mjs": "import 'not-there-either'; export const handler = async () => 1;",
  "syntax.js": "exports.handler = async () => {{;",
  "throws.js": "exports.handler = 1;\nnull.property;",
  "throws-text.js": "throw 'only text';",
  "exits.js": "process.exit(7);",
  "later.js": "setTimeout(() => { throw new Error('later'); }, 0); exports.handler = () => new Promise(() => {});",
};

let root = "";
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "fanout-load-"));
  for (const [name, text] of Object.entries(FILES)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
});
afterAll(() => rmSync(root, { recursive: true }));

const open = invokerMaker((options) => threadInvoker({ ...options, workers: 1 }));
const deployed = (handler: string, path = root) => fixture(handler, { name: "f", code: { kind: "directory", path } });

describe("a handler is found", () => {
  it.each([
    ["index.handler", "index"],
    ["index.api.get", "nested"],
    ["src/app.handler", "src/app"],
    ["common.handler", "common"],
    ["src/data/app.handler", "deep"],
  ])("%s", async (handler, result) => {
    const invoker = open([deployed(handler)]);
    await invoker.probe("f");
    expect(await callOne(invoker, "f", {})).toEqual(returned(result));
  });
});

describe("a handler that cannot be loaded fails its calls and says why at a probe", () => {
  it.each([
    ["absent.handler", "Runtime.ImportModuleError", "Error: Cannot find module 'absent'", "FANOUT_TASK_BROKEN"],
    ["needs.handler", "Runtime.ImportModuleError", "Error: Cannot find module 'not-there'", "FANOUT_TASK_BROKEN"],
    ["imports.handler", "Runtime.ImportModuleError", "Error [ERR_MODULE_NOT_FOUND]: Cannot", "FANOUT_TASK_BROKEN"],
    ["syntax.handler", "Runtime.UserCodeSyntaxError", "SyntaxError: Unexpected", "FANOUT_TASK_BROKEN"],
    ["throws.handler", "TypeError", "Cannot read properties of null", "FANOUT_TASK_BROKEN"],
    ["throws-text.handler", "string", "only text", "FANOUT_TASK_BROKEN"],
    ["exits.handler", "Runtime.ExitError", "", "FANOUT_TASK_BROKEN"],
    ["index.absent", "Runtime.HandlerNotFound", "index.absent is undefined or not", "FANOUT_TASK_NOT_FOUND"],
    ["index.data", "Runtime.HandlerNotFound", "index.data is not a function", "FANOUT_TASK_NOT_FOUND"],
    ["handler", "Runtime.MalformedHandlerName", "Bad handler", "FANOUT_TASK_NOT_FOUND"],
    ["../index.handler", "Runtime.MalformedHandlerName", "'..' is not valid", "FANOUT_TASK_NOT_FOUND"],
  ])("%s: %s", async (handler, errorType, message, code) => {
    const invoker = open([deployed(handler)]);
    const document = documentOf(await callOne(invoker, "f", {}));
    expect(document["errorType"]).toBe(errorType);
    expect(document["errorMessage"]).toContain(message);
    await expect(invoker.probe("f")).rejects.toMatchObject({ code, location: { file: root } });
    await expect(invoker.probe("f")).rejects.toThrow(/^[^\n]+$/);
  });

  it("with the exports there are", async () => {
    await expect(open([deployed("src/app.main")]).probe("f")).rejects.toThrow(/it exports handler$/);
  });

  it("with the place of the error", async () => {
    await expect(open([deployed("throws.handler")]).probe("f")).rejects.toThrow(`(at ${join(root, "throws.js")}:2:6)`);
  });

  it("with the runtime that is not Node.js", async () => {
    const invoker = open([{ ...deployed("index.handler"), runtime: "python3.13" }]);
    await expect(invoker.probe("f")).rejects.toThrow("runtime python3.13: only Node.js functions run");
  });

  it("and with the missing folder", async () => {
    const invoker = open([deployed("index.handler", join(root, "nowhere"))]);
    await expect(invoker.probe("f")).rejects.toMatchObject({ code: "FANOUT_FILE_NOT_FOUND" });
    const document = documentOf(await callOne(invoker, "f", {}));
    expect(document["errorType"]).toBe("Runtime.ImportModuleError");
  });
});

it("a thread that dies again and again fails one call each time, and does not try for ever", async () => {
  const invoker = open([deployed("later.handler")]);
  const errors = [documentOf(await callOne(invoker, "f", 1)), documentOf(await callOne(invoker, "f", 2))];
  expect(errors.map((document) => document["errorMessage"])).toEqual(["later", "later"]);
});
