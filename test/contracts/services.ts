import { expect, test } from "vitest";
import type { ServiceCall, ServiceOutcome, Services } from "../../lib/run/ports.js";

/** A call of a task, such as a state machine makes it. */
export function serviceCall(integration: string, parameters: object = {}): ServiceCall {
  return {
    integration,
    pattern: "requestResponse",
    payload: JSON.stringify(parameters),
    origin: { execution: { arn: "arn" }, stateMachineName: "machine", stateName: "Call" },
  };
}

/**
 * What all Services keep to.
 *
 * @param make The services, and a call that they answer at once.
 */
export function servicesContract(make: () => { services: Services; call: () => ServiceCall }): void {
  test("a call is answered once, and never inside the call", async () => {
    const { services, call } = make();
    const answers: [ServiceCall, ServiceOutcome][] = [];
    services.onOutcome = (answered, outcome) => answers.push([answered, outcome]);
    const calls = [call(), call(), call()];
    for (const each of calls) services.call(each);
    expect(answers).toEqual([]);
    await quiet();
    expect(answers.map(([answered]) => answered)).toEqual(calls);
    expect(services.inFlight).toBe(0);
    await services.close();
  });

  test("what has been answered, or was never asked, can be cancelled without effect", async () => {
    const { services, call } = make();
    const answered: ServiceCall[] = [];
    services.onOutcome = (each) => answered.push(each);
    const asked = call();
    services.call(asked);
    await quiet();
    services.cancel(asked);
    services.cancel(call());
    await quiet();
    expect(answered).toEqual([asked]);
    await services.close();
  });

  test("they can be closed more than once", async () => {
    const { services } = make();
    await services.close();
    await services.close();
    expect(services.inFlight).toBe(0);
  });
}

/** Resolves when what was under way without I/O is done. */
async function quiet(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
}
