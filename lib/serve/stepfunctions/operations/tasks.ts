import { ApiError } from "../api-error.js";

/** Answers of workers to tasks that wait for them. */
export function taskOperations() {
  const unknown = () => new ApiError("TaskDoesNotExist", "Task does not exist");
  return {
    SendTaskSuccess({ output }: { taskToken: string; output: string }): object {
      checkOutput(output);
      throw unknown();
    },
    SendTaskFailure(_request: { taskToken: string; error?: string; cause?: string }): object {
      throw unknown();
    },
    SendTaskHeartbeat(_request: { taskToken: string }): object {
      throw unknown();
    },
  };
}

/** Output is looked at before the token is. Throws InvalidOutput. */
function checkOutput(output: string): void {
  try {
    JSON.parse(output);
  } catch (error) {
    throw new ApiError("InvalidOutput", `Invalid Output: '${(error as Error).message}'`);
  }
}
