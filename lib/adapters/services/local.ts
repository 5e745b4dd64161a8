import type { ObjectStore, ServiceCall, Services } from "../../run/ports.js";
import type { LocalStates } from "./local-states.js";
import { type Perform, PromisedServices } from "./promised.js";
import { routedServices } from "./routed.js";
import { isS3Action, s3Calls } from "./s3.js";
import { statesCalls } from "./states.js";

export interface LocalServicesOptions {
  /** Asked for at the first call: the engine that it has is made with these services. */
  readonly states: () => LocalStates;
  readonly store: ObjectStore;
}

/**
 * Step Functions and S3 as a state machine of this run sees them: `states:startExecution`, `aws-sdk:sfn:*` and the
 * common ones of `aws-sdk:s3:*`. All other calls go on to `rest`.
 */
export function localServices({ states, store }: LocalServicesOptions, rest: Services): Services {
  let performers: { states: Perform; s3: Perform } | undefined;
  const local = new PromisedServices((call, progress) => {
    performers ??= { states: statesCalls(states()), s3: s3Calls(store, () => states().engine.ports.random.uuid()) };
    return call.integration.startsWith("aws-sdk:s3:")
      ? performers.s3(call, progress)
      : performers.states(call, progress);
  });
  return routedServices((call) => (isLocal(call) ? local : rest), [local, rest]);
}

function isLocal({ integration, pattern }: ServiceCall): boolean {
  if (integration === "states:startExecution") return true;
  // Of SDK integrations only those of a few jobs wait for more than the answer, none of them here.
  if (pattern.startsWith("sync")) return false;
  if (integration.startsWith("aws-sdk:sfn:")) return true;
  return integration.startsWith("aws-sdk:s3:") && isS3Action(integration.slice("aws-sdk:s3:".length));
}
