import type { Engine } from "../../../run/engine.js";

/** Answers to tasks that wait for them. A TokenError has the names and the messages of the API. */
export function taskOperations({ tokens }: Engine) {
  return {
    SendTaskSuccess({ taskToken, output }: { taskToken: string; output: string }) {
      tokens.succeed(taskToken, output);
      return {};
    },

    SendTaskFailure({ taskToken, error, cause }: { taskToken: string; error?: string; cause?: string }) {
      tokens.fail(taskToken, error, cause);
      return {};
    },

    SendTaskHeartbeat({ taskToken }: { taskToken: string }) {
      tokens.heartbeat(taskToken);
      return {};
    },
  };
}
