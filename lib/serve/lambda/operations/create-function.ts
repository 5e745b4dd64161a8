import { randomUUID } from "node:crypto";
import { ApiError, invalidParameter } from "../api-error.js";
import type { UnpackedCode } from "../code-folder.js";
import { configuration } from "../configuration.js";
import { Constraints } from "../constraints.js";
import { readZip } from "../function-code.js";
import { type FunctionRecord, noCompany } from "../function-record.js";
import { arnOf, NEW_NAME, parseReference } from "../function-reference.js";
import { Input } from "../input.js";
import { json, type LambdaContext, type Operation } from "../operation.js";
import { checkSettings, type FunctionSettings, readSettings } from "../settings.js";
import { publish } from "../versions.js";

const DEFAULT_TIMEOUT_SECONDS = 3;
const DEFAULT_MEMORY_MB = 128;

export const createFunction: Operation = async (context, { body }) => {
  const input = Input.parse(body);
  const name = readName(input);
  const constraints = new Constraints();
  const code = input.object("Code");
  const settings = readSettings(input, constraints);
  constraints.required("role", settings.role);
  constraints.required("code", code);
  constraints.oneOf("packageType", input.string("PackageType"), ["Zip", "Image"]);
  constraints.check();
  checkSettings(settings);
  const tags = input.strings("Tags") ?? {};
  refuseExisting(context, name);
  const zip = await readZip(context, code ?? new Input({}));
  if (settings.handler === undefined || settings.runtime === undefined) {
    throw invalidParameter(
      "Runtime and Handler are mandatory parameters for functions created with deployment packages.",
    );
  }
  const unpacked = await context.code.unpack(name, zip);
  try {
    refuseExisting(context, name);
  } catch (error) {
    await unpacked.delete();
    throw error;
  }
  const record = newRecord(context, name, settings, unpacked);
  for (const [key, value] of Object.entries(tags)) record.tags.set(key, value);
  context.functions.put(record);
  const version = input.boolean("Publish") === true ? publish(record) : undefined;
  return json(201, configuration(record, version));
};

function readName(input: Input): string {
  const given = input.string("FunctionName");
  const constraints = new Constraints();
  constraints.required("functionName", given);
  constraints.pattern("functionName", given, NEW_NAME);
  constraints.check();
  return parseReference(given ?? "").name;
}

function refuseExisting(context: LambdaContext, name: string): void {
  if (context.functions.find(name) !== undefined) {
    throw new ApiError("ResourceConflictException", `Function already exist: ${name}`);
  }
}

function newRecord(
  context: LambdaContext,
  name: string,
  settings: FunctionSettings,
  code: UnpackedCode,
): FunctionRecord {
  return {
    definition: {
      name,
      arn: arnOf(context, name),
      code: { kind: "directory", path: code.directory },
      handler: settings.handler ?? "",
      runtime: settings.runtime,
      environment: settings.environment ?? {},
      timeoutSeconds: settings.timeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS,
      memoryMB: settings.memoryMB ?? DEFAULT_MEMORY_MB,
    },
    role: settings.role ?? "",
    description: settings.description ?? "",
    codeSha256: code.sha256,
    codeSize: code.size,
    code,
    settings: settings.shown,
    revisionId: randomUUID(),
    lastModified: context.now(),
    ...noCompany(),
  };
}
