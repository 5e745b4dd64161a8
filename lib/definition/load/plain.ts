import { basename } from "node:path";
import type { JsonObject } from "../../json.js";
import type { Application } from "../application.js";
import { type EnvironmentOptions, environmentOf, partitionOf } from "./environment.js";

/** A bare definition: a state machine named after its file, `order.asl.json` is `order`. */
export function plainApplication(file: string, definition: JsonObject, options: EnvironmentOptions): Application {
  const { region, account } = environmentOf(options);
  const partition = partitionOf(region);
  const name = basename(file).replace(/(\.asl)?\.[^.]+$/i, "");
  return {
    stateMachines: [
      {
        name,
        arn: `arn:${partition}:states:${region}:${account}:stateMachine:${name}`,
        type: "STANDARD",
        roleArn: `arn:${partition}:iam::${account}:role/${name}Role`,
        definition,
        file,
      },
    ],
    functions: [],
    buckets: [],
    account,
    region,
  };
}
