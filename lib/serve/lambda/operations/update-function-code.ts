import { randomUUID } from "node:crypto";
import { configuration } from "../configuration.js";
import { readZip } from "../function-code.js";
import type { FunctionRecord } from "../function-record.js";
import { findFunction } from "../function-reference.js";
import { Input } from "../input.js";
import { json, type Operation } from "../operation.js";
import { checkRevision } from "../revision.js";
import { publish } from "../versions.js";

export const updateFunctionCode: Operation = async (context, { parameters: [name = ""], body }) => {
  const input = Input.parse(body);
  const before = findFunction(context, name).record;
  checkRevision(before, input.string("RevisionId"));
  const zip = await readZip(context, input);
  const code = await context.code.unpack(before.definition.name, zip);
  if (input.boolean("DryRun") === true) {
    await code.delete();
    return json(200, { ...configuration(before), CodeSha256: code.sha256, CodeSize: code.size });
  }
  let current: FunctionRecord;
  try {
    // It may have been changed or deleted while the code was unpacked.
    current = findFunction(context, name).record;
  } catch (error) {
    await code.delete();
    throw error;
  }
  const architectures = input.members["Architectures"];
  const record: FunctionRecord = {
    ...current,
    definition: { ...current.definition, code: { kind: "directory", path: code.directory } },
    code,
    codeSha256: code.sha256,
    codeSize: code.size,
    settings: architectures ? { ...current.settings, Architectures: architectures } : current.settings,
    revisionId: randomUUID(),
    lastModified: context.now(),
  };
  context.functions.put(record);
  const version = input.boolean("Publish") === true ? publish(record) : undefined;
  return json(200, configuration(record, version));
};
