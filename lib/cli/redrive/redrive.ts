import { regionOfExecution } from "../../aws/arn.js";
import { connect } from "../../aws/client.js";
import { redriveExecution } from "../../aws/redrive.js";
import { Attendance, type AttendFlags, connectionOf } from "../deployed/attendance.js";
import { checkAttendFlags } from "../deployed/flags.js";
import { usage } from "../run/flags.js";

/** Carries out `fanout redrive ARN`. Never rejects: what went wrong is said on stderr. Gives the exit code. */
export async function redrive(executionArn: string | undefined, flags: AttendFlags): Promise<number> {
  const attendance = new Attendance(flags);
  try {
    return await start(executionArn, flags, attendance);
  } catch (error) {
    return await attendance.fail(error);
  } finally {
    await attendance.close();
  }
}

async function start(executionArn: string | undefined, flags: AttendFlags, attendance: Attendance): Promise<number> {
  if (executionArn === undefined) throw usage("give the ARN of an execution, or the --data of a local run");
  checkAttendFlags(flags);
  const client = await connect(connectionOf(flags, regionOfExecution(executionArn)));
  await attendance.openFile();
  attendance.attended = { executionArn, express: false, asked: "redrive" };
  if (flags.wait) attendance.startTimer();
  const { redriveDate } = await redriveExecution(client, { executionArn, signal: attendance.signal });
  if (!flags.wait) return await attendance.tell(executionArn);
  attendance.say(`redriven ${executionArn}`);
  return await attendance.finish(await attendance.watch(client, executionArn, { since: redriveDate }));
}
