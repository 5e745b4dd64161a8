import { invalidArn } from "./api-error.js";

/** What an ARN of Step Functions names. */
export type ArnKind = "stateMachine" | "execution" | "express" | "mapRun" | "activity";

export interface StatesArn {
  readonly text: string;
  readonly kind: ArnKind;
  /** Name of the state machine or the activity, without a label. */
  readonly name: string;
  /** Label of the Distributed Map, where there is one. */
  readonly label: string | undefined;
  /** What follows the name: version or alias, name of an execution, id of a map run. */
  readonly rest: readonly string[];
}

/** Parts after the kind that an ARN of each kind has: fewest and most. */
const PARTS: Readonly<Record<ArnKind, readonly [number, number]>> = {
  stateMachine: [1, 2],
  execution: [2, 2],
  express: [3, 3],
  mapRun: [2, 2],
  activity: [1, 1],
};

/** Reads an ARN, which must be of one of `kinds`. Throws InvalidArn. */
export function parseArn(text: string, ...kinds: readonly ArnKind[]): StatesArn {
  if (!text.startsWith("arn:")) throw invalidArn(`Invalid ARN prefix: ${text}`);
  const [, , service, , , kind = "", ...parts] = text.split(":");
  if (service !== "states") throw invalidArn(`Invalid ARN service: ${text}`);
  const known = kinds.find((each) => each === kind);
  if (known === undefined) throw invalidArn(`Resource type not valid in this context: ${kind}`);
  const [fewest, most] = PARTS[known];
  const [path = "", ...rest] = parts;
  if (parts.length < fewest || parts.length > most || path === "") throw invalidArn(`Invalid ARN: ${text}`);
  const slash = path.indexOf("/");
  const name = slash === -1 ? path : path.slice(0, slash);
  return { text, kind: known, name, label: slash === -1 ? undefined : path.slice(slash + 1), rest };
}

/** Makes the ARNs of one account and region. */
export class Arns {
  readonly #prefix: string;

  constructor(region: string, account: string) {
    this.#prefix = `arn:aws:states:${region}:${account}`;
  }

  stateMachine(name: string): string {
    return `${this.#prefix}:stateMachine:${name}`;
  }

  activity(name: string): string {
    return `${this.#prefix}:activity:${name}`;
  }

  execution(stateMachine: string, name: string): string {
    return `${this.#prefix}:execution:${stateMachine}:${name}`;
  }

  /** @param id Tells executions of one name apart. */
  express(stateMachine: string, name: string, id: string): string {
    return `${this.#prefix}:express:${stateMachine}:${name}:${id}`;
  }
}
