import { randomUUID } from "node:crypto";
import type { SFNClient } from "@aws-sdk/client-sfn";
import type { JsonText } from "../json.js";
import { answerOf } from "./failure.js";
import { abortable, loadSdk } from "./sdk.js";
import { type ExecutionSnapshot, snapshotOf } from "./snapshot.js";

export interface StartOptions {
  /** ARN of a state machine, of a version or of an alias. */
  readonly stateMachineArn: string;
  /** Default: `{}`. */
  readonly input?: JsonText | undefined;
  /**
   * Name of the execution, 1 to 80 characters. Default: a new UUID, so that a request that is sent again starts nothing
   * twice. The name of a STANDARD execution that runs with the same input gives that one.
   */
  readonly name?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Starts an execution. Throws FANOUT_AWS, or an AbortError. */
export async function startExecution(client: SFNClient, options: StartOptions): Promise<{ executionArn: string }> {
  const { StartExecutionCommand } = await loadSdk();
  const command = new StartExecutionCommand(request(options));
  const { executionArn = "" } = await answerOf(client.send(command, abortable(options.signal)));
  return { executionArn };
}

/**
 * Starts an execution of an EXPRESS state machine and waits for its end, 5 minutes at most. Such an execution cannot be
 * found again: give it a client that tries once (`maxAttempts: 1`), or a lost answer starts another one. Throws
 * FANOUT_AWS, or an AbortError.
 */
export async function runExpress(client: SFNClient, options: StartOptions): Promise<ExecutionSnapshot> {
  const { StartSyncExecutionCommand } = await loadSdk();
  const command = new StartSyncExecutionCommand(request(options));
  return snapshotOf(await answerOf(client.send(command, abortable(options.signal))), []);
}

function request({ stateMachineArn, input, name = randomUUID() }: StartOptions) {
  return { stateMachineArn, name, input: input?.text ?? "{}" };
}
