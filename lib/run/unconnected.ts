import type { ServiceCall, Services } from "./ports.js";

/** Services of a run that has none: every call fails, and says so. */
export function unconnected(): Services {
  const services: Services = {
    onOutcome: () => {},
    call(call: ServiceCall) {
      const cause = `The integration '${call.integration}' is not connected to anything here.`;
      queueMicrotask(() => services.onOutcome(call, { kind: "failed", error: "States.Runtime", cause }));
    },
    cancel: () => {},
    inFlight: 0,
    close: async () => {},
  };
  return services;
}
