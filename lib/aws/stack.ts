import type { SFNClient } from "@aws-sdk/client-sfn";
import { FanoutError } from "../errors.js";
import { answerOf } from "./failure.js";
import { abortable, loadSdk } from "./sdk.js";

/** A state machine that CloudFormation made. */
interface StackStateMachine {
  readonly arn: string;
  readonly name: string;
  readonly logicalId: string;
}

interface Named {
  readonly arn: string;
  readonly name: string;
}

export interface StackOptions {
  /** Name of the stack. */
  readonly stack: string;
  /** Name or logical id of the state machine, or a beginning of one. Needed where the stack has several. */
  readonly stateMachine?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Requests under way at once. */
const AT_ONCE = 5;

/**
 * The ARN of a stack's state machine. CloudFormation tags what it makes with the name of the stack and the logical id, so
 * Step Functions itself knows: this takes states:ListStateMachines and states:ListTagsForResource, and neither a client
 * of CloudFormation nor rights there.
 *
 * Throws FANOUT_USAGE when there is none, FANOUT_STATE_MACHINE_AMBIGUOUS when there are several, FANOUT_AWS, or an
 * AbortError.
 */
export function findStateMachine(client: SFNClient, options: StackOptions): Promise<string> {
  return answerOf(find(client, options));
}

async function find(client: SFNClient, options: StackOptions): Promise<string> {
  const { stack, stateMachine: wanted, signal } = options;
  const all = await listStateMachines(client, signal);
  // CloudFormation makes names out of logical ids, so the name nearly always tells which ones to look at.
  const likely = wanted === undefined ? all : all.filter(({ name }) => name.startsWith(wanted));
  const others = all.filter((machine) => !likely.includes(machine));
  for (const group of [likely, others]) {
    const ofStack = await inStack(client, group, stack, signal);
    const found = wanted === undefined ? ofStack : matching(ofStack, wanted);
    const [first, second] = found;
    if (first === undefined) continue;
    if (second === undefined) return first.arn;
    const names = found.map(({ name }) => name).join(", ");
    const message = `stack ${stack} has ${found.length} state machines, choose one with --state-machine: ${names}`;
    throw new FanoutError("FANOUT_STATE_MACHINE_AMBIGUOUS", message);
  }
  const what = wanted === undefined ? "no state machine" : `no state machine ${wanted}`;
  throw new FanoutError(
    "FANOUT_USAGE",
    `stack ${stack} has ${what} here (${all.length} were looked at): check the name, region and profile, or give the ARN`,
  );
}

/** Those that a name means exactly, else those that begin with it. */
function matching(machines: readonly StackStateMachine[], wanted: string): readonly StackStateMachine[] {
  const exact = machines.filter(({ name, logicalId }) => name === wanted || logicalId === wanted);
  if (exact.length > 0) return exact;
  return machines.filter(({ name, logicalId }) => name.startsWith(wanted) || logicalId.startsWith(wanted));
}

async function listStateMachines(client: SFNClient, signal: AbortSignal | undefined): Promise<readonly Named[]> {
  const { paginateListStateMachines } = await loadSdk();
  const found: Named[] = [];
  for await (const { stateMachines = [] } of paginateListStateMachines(
    { client, pageSize: 1000 },
    {},
    abortable(signal),
  )) {
    for (const { stateMachineArn, name } of stateMachines) {
      if (stateMachineArn !== undefined && name !== undefined) found.push({ arn: stateMachineArn, name });
    }
  }
  return found;
}

async function inStack(
  client: SFNClient,
  machines: readonly Named[],
  stack: string,
  signal: AbortSignal | undefined,
): Promise<readonly StackStateMachine[]> {
  const { ListTagsForResourceCommand } = await loadSdk();
  const found: StackStateMachine[] = [];
  const waiting = machines.values();
  const work = async () => {
    for (const { arn, name } of waiting) {
      const { tags = [] } = await client.send(new ListTagsForResourceCommand({ resourceArn: arn }), abortable(signal));
      const tag = (key: string) => tags.find((one) => one.key === `aws:cloudformation:${key}`)?.value;
      if (tag("stack-name") === stack) found.push({ arn, name, logicalId: tag("logical-id") ?? name });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return found.sort((a, b) => (a.name < b.name ? -1 : 1));
}
