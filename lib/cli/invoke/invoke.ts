import { randomUUID } from "node:crypto";
import type { SFNClient } from "@aws-sdk/client-sfn";
import { parseStateMachineArn } from "../../aws/arn.js";
import { type ConnectOptions, connect } from "../../aws/client.js";
import { type DeployedStateMachine, describeStateMachine } from "../../aws/describe.js";
import type { ExecutionSnapshot } from "../../aws/snapshot.js";
import { findStateMachine, type StackOptions } from "../../aws/stack.js";
import { runExpress, type StartOptions, startExecution } from "../../aws/start.js";
import { Attendance, connectionOf } from "../deployed/attendance.js";
import { readInput } from "../run/input.js";
import { checkFlags, type InvokeFlags } from "./flags.js";

/** Carries out `fanout invoke`. Never rejects: what went wrong is said on stderr. Gives the exit code. */
export async function invoke(arn: string | undefined, flags: InvokeFlags): Promise<number> {
  const attendance = new Attendance(flags);
  try {
    return await start(arn, flags, attendance);
  } catch (error) {
    return await attendance.fail(error);
  } finally {
    await attendance.close();
  }
}

async function start(arn: string | undefined, flags: InvokeFlags, attendance: Attendance): Promise<number> {
  checkFlags(arn, flags);
  const input = await readInput(flags.input);
  const connection = connectionOf(flags, arn === undefined ? undefined : parseStateMachineArn(arn).region);
  const client = await connect(connection);
  const stateMachineArn = arn ?? (await findStateMachine(client, stackOf(flags)));
  const machine = await describeStateMachine(client, stateMachineArn);
  await attendance.openFile();
  const request = { stateMachineArn, input, name: flags.name ?? randomUUID(), signal: attendance.signal };
  const executionArn = parseStateMachineArn(stateMachineArn).executionArn(request.name);
  attendance.attended = { executionArn, express: machine.type === "EXPRESS", asked: "start" };
  if (!flags.wait) return await attendance.tell((await startExecution(client, request)).executionArn);
  attendance.startTimer();
  const end =
    machine.type === "EXPRESS"
      ? await runToEnd(connection, request, attendance)
      : await startStandard(client, machine, request, attendance);
  return await attendance.finish(end);
}

async function runToEnd(
  connection: ConnectOptions,
  request: StartOptions,
  attendance: Attendance,
): Promise<ExecutionSnapshot> {
  // Sent again after an answer was lost, the request would start a second execution.
  const client = await connect({ ...connection, maxAttempts: 1 });
  attendance.say(`started ${request.stateMachineArn}, execution ${request.name}`);
  return await runExpress(client, request);
}

async function startStandard(
  client: SFNClient,
  { mayHaveMapRuns }: DeployedStateMachine,
  request: StartOptions,
  attendance: Attendance,
): Promise<ExecutionSnapshot> {
  const { executionArn } = await startExecution(client, request);
  attendance.say(`started ${executionArn}`);
  return await attendance.watch(client, executionArn, { mapRuns: mayHaveMapRuns });
}

function stackOf({ stack = "", stateMachine }: InvokeFlags): StackOptions {
  return { stack, stateMachine };
}
