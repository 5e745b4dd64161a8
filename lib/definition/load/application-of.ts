import type { Application, FunctionDefinition, UnavailableFunction } from "../application.js";
import type { Environment } from "./environment.js";
import { isFunction, readFunction } from "./functions.js";
import { matching } from "./select.js";
import type { Stack } from "./stack.js";
import { isStateMachine, readStateMachine, stateMachineIdentity } from "./state-machines.js";

/** Gathers what a local run needs from the stacks of an application. */
export function applicationOf(stacks: readonly Stack[], environment: Environment, stateMachine?: string): Application {
  const functions: FunctionDefinition[] = [];
  const unavailable: UnavailableFunction[] = [];
  const buckets: string[] = [];
  for (const stack of stacks) {
    for (const [id] of stack.existing(({ type }) => type === "AWS::S3::Bucket")) {
      buckets.push(stack.names(id, `/Resources/${id}`).ref);
    }
    for (const [id, resource] of stack.existing(isFunction)) {
      const found = readFunction(stack, id, resource);
      if ("reason" in found) unavailable.push(found);
      else functions.push(found);
    }
  }
  return { ...readStateMachines(stacks, stateMachine), functions, unavailable, buckets, ...environment };
}

/** All state machines, or those that `wanted` may mean: the others are not read yet, so they cannot be in the way. */
function readStateMachines(
  stacks: readonly Stack[],
  wanted: string | undefined,
): Pick<Application, "stateMachines" | "unread"> {
  const candidates = stacks.flatMap((stack) =>
    [...stack.existing(isStateMachine)].map(([id, resource]) => ({
      ...stateMachineIdentity(stack, id, resource),
      read: () => readStateMachine(stack, id, resource),
    })),
  );
  const chosen = wanted === undefined ? candidates : matching(candidates, wanted);
  // When nothing matches, selecting among all of them makes the better message.
  const meant = chosen.length === 0 ? candidates : chosen;
  const unread = candidates.filter((candidate) => !meant.includes(candidate));
  return { stateMachines: meant.map(({ read }) => read()), ...(unread.length === 0 ? {} : { unread }) };
}
