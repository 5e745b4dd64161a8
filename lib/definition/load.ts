import { FanoutError } from "../errors.js";
import { isObject } from "../json.js";
import type { Application, StateMachineSource } from "./application.js";
import type { EnvironmentOptions } from "./load/environment.js";
import { plainApplication } from "./load/plain.js";
import { readDocument } from "./load/read.js";

export interface LoadOptions extends EnvironmentOptions {
  /** Name, logical id or construct path of the one state machine to load. Default: all of them. */
  readonly stateMachine?: string | undefined;
}

/** Reads everything a local run needs from a CDK cloud assembly, a CloudFormation or SAM template, or a definition. */
export function loadApplication(target: string, options: LoadOptions = {}): Application {
  const document = readDocument(target);
  if (isObject(document) && "StartAt" in document && "States" in document) {
    return plainApplication(target, document, options);
  }
  throw new FanoutError(
    "FANOUT_FILE_UNREADABLE",
    "is no state machine definition (StartAt, States) and no template (Resources)",
    {
      location: { file: target },
    },
  );
}

/** The state machine of that name, or the only one. */
export function selectStateMachine(application: Application, name?: string): StateMachineSource {
  const found = application.stateMachines.filter((machine) => name === undefined || machine.name === name);
  const [first, second] = found;
  if (first !== undefined && second === undefined) return first;
  throw new FanoutError(
    "FANOUT_STATE_MACHINE_AMBIGUOUS",
    `choose one of: ${application.stateMachines.map((m) => m.name)}`,
  );
}
