import { readFileSync, statSync } from "node:fs";
import { loadApplication, selectStateMachine } from "../../definition/load.js";
import { checkDefinition } from "../../definition/validate.js";
import { cdkAssembly } from "./cdk-app.js";
import type { RunFlags } from "./flags.js";
import { readInput } from "./input.js";
import type { RunPlan } from "./plan.js";

/**
 * Plans a state machine of an assembly, a template or a definition; with no target, of the CDK app in the working
 * directory. `say` is told what takes long. Throws FanoutError.
 */
export async function applicationPlan(
  target: string | undefined,
  flags: RunFlags,
  say: (line: string) => void,
): Promise<RunPlan> {
  const path = target ?? (await cdkAssembly(flags, say));
  const application = loadApplication(path, { stateMachine: flags.stateMachine, region: flags.region });
  const stateMachine = selectStateMachine(application, flags.stateMachine);
  checkDefinition(stateMachine, textOf(stateMachine.file));
  const input = await readInput(flags.input);
  return { session: { application, stateMachine, input }, quick: false, stopReading: () => {} };
}

function textOf(file: string): string | undefined {
  return statSync(file, { throwIfNoEntry: false })?.isFile() === true ? readFileSync(file, "utf8") : undefined;
}
