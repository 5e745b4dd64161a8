import { exceeds, PAYLOAD_LIMIT } from "../machine/index.js";

/** What Step Functions says of a text that cannot be the input of an execution, its InvalidExecutionInput. */
export function inputRefusal(text: string): string | undefined {
  const why = reason(text);
  return why === undefined ? undefined : `Invalid State Machine Execution Input: '${why}'`;
}

function reason(text: string): string | undefined {
  if (exceeds(text)) return `The input has more than the ${PAYLOAD_LIMIT} bytes that an execution may have.`;
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
