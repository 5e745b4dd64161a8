import type { SFNClient } from "@aws-sdk/client-sfn";
import type { StateMachineType } from "../definition/asl.js";
import { answerOf } from "./failure.js";
import { abortable, loadSdk } from "./sdk.js";

/** What has to be known of a deployed state machine before it is started. */
export interface DeployedStateMachine {
  readonly arn: string;
  readonly name: string;
  readonly type: StateMachineType;
  /** Whether its executions may have map runs: true where the definition cannot be seen. */
  readonly mayHaveMapRuns: boolean;
}

/**
 * Looks at a state machine, by its ARN or that of a version or an alias. Throws FANOUT_AWS, or an AbortError.
 */
export async function describeStateMachine(
  client: SFNClient,
  arn: string,
  signal?: AbortSignal,
): Promise<DeployedStateMachine> {
  const { DescribeStateMachineCommand } = await loadSdk();
  const command = new DescribeStateMachineCommand({ stateMachineArn: arn });
  const answer = await answerOf(client.send(command, abortable(signal)));
  return {
    arn,
    name: answer.name ?? arn,
    type: answer.type === "EXPRESS" ? "EXPRESS" : "STANDARD",
    mayHaveMapRuns: answer.definition?.includes('"DISTRIBUTED"') ?? true,
  };
}
