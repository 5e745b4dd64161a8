import { randomUUID } from "node:crypto";
import type { SFNClient } from "@aws-sdk/client-sfn";
import { answerOf } from "./failure.js";
import { abortable, loadSdk } from "./sdk.js";

export interface RedriveOptions {
  /** ARN of a STANDARD execution that ended without success. */
  readonly executionArn: string;
  /**
   * Says that two requests are one, 1 to 64 characters. Default: a new UUID, so that a request that is sent again redrives
   * nothing twice.
   */
  readonly clientToken?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Redrives an execution. Gives when, in epoch ms. Throws FANOUT_AWS, or an AbortError. */
export async function redriveExecution(client: SFNClient, options: RedriveOptions): Promise<{ redriveDate: number }> {
  const { executionArn, clientToken = randomUUID(), signal } = options;
  const { RedriveExecutionCommand } = await loadSdk();
  const command = new RedriveExecutionCommand({ executionArn, clientToken });
  const { redriveDate } = await answerOf(client.send(command, abortable(signal)));
  return { redriveDate: redriveDate?.getTime() ?? 0 };
}
