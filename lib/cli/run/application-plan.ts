import { readFileSync, statSync } from "node:fs";
import { loadApplication, selectStateMachine } from "../../definition/load.js";
import { checkDefinition } from "../../definition/validate.js";
import { checkExpression } from "../../machine/index.js";
import { cdkAssembly } from "./cdk-app.js";
import type { RunFlags } from "./flags.js";
import { readInput } from "./input.js";
import type { RunPlan } from "./plan.js";
import { placesOf } from "./real-buckets.js";

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
  checkDefinition(stateMachine, textOf(stateMachine.file), { expression: checkExpression });
  const input = await readInput(flags.input);
  const places = await placesOf(bucketFolders(flags.s3 ?? {}, application.buckets), { region: flags.region });
  return { session: { application, stateMachine, input, ...places }, quick: false, stopReading: () => {} };
}

/**
 * Folders by the names of buckets. A bucket that the template gives no name is called after its logical id, `data666c94c7`,
 * of which the beginning is enough where no other bucket begins with it, in any case of letters.
 */
export function bucketFolders(
  given: Readonly<Record<string, string>>,
  buckets: readonly string[],
): Record<string, string> {
  const entries = Object.entries(given).map(([name, folder]) => {
    const meant = buckets.filter((bucket) => bucket.startsWith(name.toLowerCase()));
    return [!buckets.includes(name) && meant.length === 1 ? meant[0] : name, folder] as const;
  });
  return Object.fromEntries(entries);
}

function textOf(file: string): string | undefined {
  return statSync(file, { throwIfNoEntry: false })?.isFile() === true ? readFileSync(file, "utf8") : undefined;
}
