import { randomUUID } from "node:crypto";
import type { InvocationOutcome } from "../../run/ports.js";
import type { FunctionTable } from "./functions.js";
import { LogTail } from "./log-tail.js";
import type { LocalInvocation, LocalInvoker } from "./options.js";

/** Gives the end of its log to each call that asks for it. */
export function withLogResults(invoker: LocalInvoker, functions: FunctionTable): LocalInvoker {
  const plain = invoker.invoke.bind(invoker);
  const tailed = (invocation: LocalInvocation) => {
    const definition = functions.resolve(invocation.functionName);
    if (definition === undefined) return plain(invocation);
    const requestId = randomUUID();
    const tail = new LogTail(definition, requestId);
    const { functionName, payload, timeoutMs, clientContext } = invocation;
    plain({
      functionName,
      payload,
      timeoutMs,
      clientContext,
      requestId,
      onLog: tail.onLog,
      onFigures: tail.onFigures,
      onOutcome: (outcome) => invoker.onOutcome(invocation, withTail(outcome, tail)),
    });
  };
  return Object.assign(invoker, {
    invoke: (invocation: LocalInvocation) => (invocation.withLog === true ? tailed(invocation) : plain(invocation)),
  });
}

function withTail(outcome: InvocationOutcome, tail: LogTail): InvocationOutcome {
  return outcome.kind === "returned" ? { ...outcome, logResult: tail.result(outcome, Date.now()) } : outcome;
}
