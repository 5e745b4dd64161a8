import { FanoutError } from "../../errors.js";
import { isObject, type Json, type JsonObject } from "../../json.js";
import type { Application, StateMachineSource } from "../application.js";
import type { StateMachineIdentity } from "./state-machines.js";

/**
 * The state machine that a name means, or the only one when no name is given. A name is a state machine's name, its ARN,
 * its logical id, a leading part of its CDK construct path, or a beginning of its name or logical id that no other has.
 *
 * Throws FANOUT_STATE_MACHINE_AMBIGUOUS when there are several, FANOUT_USAGE when none is called that, and
 * FANOUT_TEMPLATE_INVALID when there is none at all or when it invokes a function that cannot run here.
 */
export function selectStateMachine(application: Application, name?: string): StateMachineSource {
  const all = application.stateMachines;
  if (all.length === 0)
    throw new FanoutError("FANOUT_TEMPLATE_INVALID", "there is no state machine in this application");
  const found = name === undefined ? all : matching(all, name);
  const [first, second] = found;
  if (first === undefined) {
    throw new FanoutError("FANOUT_USAGE", `no state machine is called ${name}; there are: ${names(all)}`);
  }
  if (second !== undefined) {
    const which = name === undefined ? "" : ` that ${name} may mean`;
    throw new FanoutError(
      "FANOUT_STATE_MACHINE_AMBIGUOUS",
      `there are ${found.length} state machines${which}, choose one by its name: ${names(found)}`,
    );
  }
  refuseUnavailable(application, first);
  return first;
}

/** Those that a name may mean: of the ways to read it, the first that fits any. */
export function matching<T extends StateMachineIdentity>(machines: readonly T[], name: string): T[] {
  const readings: ((machine: T) => boolean | undefined)[] = [
    (machine) => machine.name === name || machine.arn === name,
    (machine) => machine.logicalId === name,
    (machine) => machine.constructPath === name || machine.constructPath?.startsWith(`${name}/`),
    (machine) => withoutStack(machine.constructPath)?.startsWith(`${name}/`),
    (machine) => machine.name.startsWith(name) || machine.logicalId?.startsWith(name),
  ];
  for (const reading of readings) {
    const found = machines.filter(reading);
    if (found.length > 0) return found;
  }
  return [];
}

function withoutStack(path: string | undefined): string | undefined {
  return path?.slice(path.indexOf("/") + 1);
}

function names(machines: readonly StateMachineSource[]): string {
  return machines.map(({ name }) => name).join(", ");
}

/** Better said now than by a task that fails in the middle of the run. */
function refuseUnavailable({ unavailable = [] }: Application, machine: StateMachineSource): void {
  if (unavailable.length === 0) return;
  const invoked = invokedFunctions(machine.definition);
  for (const { name, arn, reason } of unavailable) {
    if (
      !invoked.some(
        (text) => text === name || text === arn || text.startsWith(`${name}:`) || text.startsWith(`${arn}:`),
      )
    )
      continue;
    throw new FanoutError(
      "FANOUT_TEMPLATE_INVALID",
      `state machine ${machine.name} invokes ${name}, which cannot run here: ${reason}`,
      {
        location: { file: machine.file },
      },
    );
  }
}

/** Every literal Resource and FunctionName of a definition. */
function invokedFunctions(definition: JsonObject): string[] {
  const found: string[] = [];
  const open: Json[] = [definition];
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    if (Array.isArray(value)) for (const item of value) open.push(item);
    if (!isObject(value)) continue;
    for (const [key, item] of Object.entries(value)) {
      if ((key === "Resource" || key === "FunctionName") && typeof item === "string") found.push(item);
      open.push(item);
    }
  }
  return found;
}
