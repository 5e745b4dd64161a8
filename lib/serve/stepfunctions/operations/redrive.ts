import { invalid } from "../api-error.js";
import { parseArn } from "../arns.js";
import { type Context, seconds } from "../context.js";
import { notRedrivable } from "../redrives.js";

export function redriveOperations({ engine, executions, mapRuns, mocks, redrives }: Context) {
  return {
    async RedriveExecution({ executionArn: arn, clientToken }: { executionArn: string; clientToken?: string }) {
      const { label } = parseArn(arn, "execution");
      if (label !== undefined) {
        throw invalid("Labeled Execution ARNs are not supported for this API", "API_DOES_NOT_SUPPORT_LABELED_ARNS");
      }
      // A map run that was stopped may still be counting what it had not started.
      await Promise.all([...engine.mapRuns].map(({ status, settled }) => (status === "RUNNING" ? undefined : settled)));
      const execution = executions.find(arn);
      const before = redrives.answered(arn, clientToken);
      if (before !== undefined) return { redriveDate: seconds(before) };
      const reason = redrives.refusal(execution) ?? mapRuns.refusal(arn);
      if (reason !== undefined) throw notRedrivable(arn, reason);
      const live = executions.redrive(execution);
      mocks.use(mocks.of(execution), live);
      const redriveDate = live.redriveTime ?? engine.ports.clock.now();
      if (clientToken !== undefined) redrives.remember(arn, clientToken, redriveDate);
      return { redriveDate: seconds(redriveDate) };
    },
  };
}
