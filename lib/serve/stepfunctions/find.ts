import { invalid, noStateMachine } from "./api-error.js";
import { parseArn } from "./arns.js";
import type { Context } from "./context.js";
import type { Alias, Revision, StateMachine, Version } from "./state-machine.js";

/** What a state machine's ARN, plain or with a version or an alias, leads to. */
export interface Target {
  readonly machine: StateMachine;
  readonly revision: Revision;
  readonly version?: Version;
  readonly alias?: Alias;
}

/** The state machine of a plain ARN. Throws StateMachineDoesNotExist. */
export function findMachine({ stateMachines }: Context, arn: string): StateMachine {
  const { name, label, rest } = parseArn(arn, "stateMachine");
  const machine = stateMachines.get(name);
  if (machine === undefined || label !== undefined || rest.length > 0) throw noStateMachine(arn);
  return machine;
}

/**
 * What can be started under an ARN. An alias with two versions takes one of them by its weight. Throws
 * StateMachineDoesNotExist, and ValidationException for a Distributed Map's part of a state machine.
 */
export function findTarget(context: Context, arn: string): Target {
  const { name, label, rest } = parseArn(arn, "stateMachine");
  if (label !== undefined) {
    const message = `This operation does not support state machine ARNs with labels: '${arn}'`;
    throw invalid(message, "API_DOES_NOT_SUPPORT_LABELED_ARNS");
  }
  const machine = context.stateMachines.get(name);
  if (machine === undefined) throw noStateMachine(arn);
  const [qualifier] = rest;
  if (qualifier === undefined) return { machine, revision: machine.revision };
  const alias = machine.aliases.get(qualifier);
  const number = alias === undefined ? versionNumber(arn) : chosenVersion(context, alias);
  const version = machine.versions.get(number);
  if (version === undefined) throw noStateMachine(arn);
  return { machine, revision: version.revision, version, ...(alias === undefined ? {} : { alias }) };
}

function chosenVersion({ engine }: Context, { routes }: Alias): number {
  const [first, second] = routes;
  const weight = first?.weight ?? 100;
  const route = second === undefined || engine.ports.random.next() * 100 < weight ? first : second;
  return versionNumber(route?.stateMachineVersionArn ?? "");
}

/** The number at the end of a version's ARN; NaN when there is none. */
export function versionNumber(versionArn: string): number {
  return Number(/:(\d+)$/.exec(versionArn)?.[1]);
}
