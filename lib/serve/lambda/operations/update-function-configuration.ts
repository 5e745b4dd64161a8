import { randomUUID } from "node:crypto";
import { configuration } from "../configuration.js";
import { Constraints } from "../constraints.js";
import type { FunctionRecord } from "../function-record.js";
import { findFunction } from "../function-reference.js";
import { Input } from "../input.js";
import { json, type Operation } from "../operation.js";
import { checkRevision } from "../revision.js";
import { checkSettings, readSettings } from "../settings.js";

export const updateFunctionConfiguration: Operation = (context, { parameters: [name = ""], body }) => {
  const input = Input.parse(body);
  const { record } = findFunction(context, name);
  const constraints = new Constraints();
  const settings = readSettings(input, constraints);
  constraints.check();
  checkSettings(settings);
  checkRevision(record, input.string("RevisionId"));
  const before = record.definition;
  const changed: FunctionRecord = {
    ...record,
    definition: {
      ...before,
      handler: settings.handler ?? before.handler,
      runtime: settings.runtime ?? before.runtime,
      environment: settings.environment ?? before.environment,
      timeoutSeconds: settings.timeoutSeconds ?? before.timeoutSeconds,
      memoryMB: settings.memoryMB ?? before.memoryMB,
    },
    role: settings.role ?? record.role,
    description: settings.description ?? record.description,
    settings: { ...record.settings, ...settings.shown },
    revisionId: randomUUID(),
    lastModified: context.now(),
  };
  context.functions.put(changed);
  return json(200, configuration(changed));
};
