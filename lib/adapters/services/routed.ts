import type { ServiceCall, Services } from "../../run/ports.js";

/** Several services as one: each call goes to the one that `route` names. */
export function routedServices(route: (call: ServiceCall) => Services, all: readonly Services[]): Services {
  const replacing = all.filter(({ replaces }) => replaces !== undefined);
  const services: Services = {
    onOutcome: () => {},
    call: (call) => route(call).call(call),
    ...(replacing.length === 0
      ? {}
      : { replaces: (call: ServiceCall) => replacing.some((each) => each.replaces?.(call) === true) }),
    cancel: (call) => route(call).cancel(call),
    get inFlight() {
      return all.reduce((sum, { inFlight }) => sum + inFlight, 0);
    },
    close: async () => {
      await Promise.all(all.map((each) => each.close()));
    },
  };
  for (const each of all) each.onOutcome = (call, outcome) => services.onOutcome(call, outcome);
  return services;
}
