import type { CallOrigin, ServiceCall, ServiceOutcome, Services } from "../../run/ports.js";
import type { MockedResponse } from "./mock-file.js";
import { PromisedServices } from "./promised.js";
import { routedServices } from "./routed.js";

/** The response that stands in for a task; undefined: the task is carried out. */
export type MockLookup = (origin: CallOrigin) => MockedResponse | undefined;

/**
 * Answers tasks of all kinds with mocked responses, each attempt with the next one. A Return is the result of the task,
 * the metadata of its integration included, whatever the task waits for. All other calls go on to `rest`.
 */
export function mockServices(lookup: MockLookup, rest: Services): Services {
  const counts = new WeakMap<object, Map<string, number>>();
  const next = ({ execution, stateName }: CallOrigin): number => {
    const byState = counts.get(execution) ?? new Map<string, number>();
    counts.set(execution, byState);
    const count = byState.get(stateName) ?? 0;
    byState.set(stateName, count + 1);
    return count;
  };
  const mocks = new PromisedServices(async (call, progress) => {
    const response = lookup(call.origin);
    if (response === undefined) throw new Error("a call without a mocked response");
    // A task that waits is one whose call went well, as far as a mock can tell.
    if (call.pattern !== "requestResponse") progress.submitted("{}");
    return answerOf(response, next(call.origin));
  });
  const isMocked = (call: ServiceCall) => lookup(call.origin) !== undefined;
  const routed = routedServices((call) => (isMocked(call) ? mocks : rest), [mocks, rest]);
  return Object.assign(routed, { replaces: (call: ServiceCall) => isMocked(call) || rest.replaces?.(call) === true });
}

function answerOf({ name, answers }: MockedResponse, invocation: number): ServiceOutcome {
  const found = answers.find(({ from, to }) => from <= invocation && invocation <= to);
  if (found === undefined) {
    const numbers = answers.map(({ from, to }) => (from === to ? `${from}` : `${from}-${to}`)).join(", ");
    const cause = `The mocked response '${name}' has nothing for invocation ${invocation}: it has ${numbers || "nothing"}.`;
    return { kind: "failed", error: "States.Runtime", cause };
  }
  const { answer } = found;
  if (answer.kind === "throw") return { kind: "failed", error: answer.error, cause: answer.cause };
  return { kind: "returned", output: JSON.stringify(answer.output) };
}
