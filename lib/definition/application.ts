import type { JsonObject } from "../json.js";

/** A Lambda function as a local run needs it. */
export interface FunctionDefinition {
  readonly name: string;
  readonly arn: string;
  /**
   * Where its code is: a directory laid out as a deployed function is (`handler` is `file.export`), or one source
   * module, TypeScript or JavaScript, that is bundled when it is used (`handler` is the name of the export).
   */
  readonly code: { readonly kind: "directory" | "module"; readonly path: string };
  readonly handler: string;
  /** Lambda runtime identifier, such as `nodejs24.x`. */
  readonly runtime?: string | undefined;
  readonly environment: Readonly<Record<string, string>>;
  /** Seconds. Absent: no limit (a task that comes from no template). */
  readonly timeoutSeconds?: number | undefined;
  /** MiB; 128 when the template is silent. */
  readonly memoryMB: number;
}

/** A function of the template whose code a local run cannot use. */
export interface UnavailableFunction {
  readonly name: string;
  readonly arn: string;
  /** One clause that says why, such as `its code is a container image`. */
  readonly reason: string;
}

/** A state machine as it was found in a template or a file. */
export interface StateMachineSource {
  readonly name: string;
  /** Logical id in the template; absent for a plain definition. */
  readonly logicalId?: string | undefined;
  /** Path in the CDK construct tree, such as `Stack/Thumbnails/StateMachine/Resource`. */
  readonly constructPath?: string | undefined;
  readonly arn: string;
  readonly type: "STANDARD" | "EXPRESS";
  readonly roleArn: string;
  /** The definition with every token resolved. */
  readonly definition: JsonObject;
  /** The file it was read from, as the user gave it. */
  readonly file: string;
}

/** A state machine of the template that is not the one to run: read only when another one starts it. */
export interface UnreadStateMachine extends Pick<StateMachineSource, "name" | "logicalId" | "constructPath" | "arn"> {
  /** Throws FanoutError when it cannot be read. */
  read(): StateMachineSource;
}

/** Everything of a target that a local run needs. */
export interface Application {
  readonly stateMachines: readonly StateMachineSource[];
  /** Those that are not among `stateMachines`. Absent: none. */
  readonly unread?: readonly UnreadStateMachine[] | undefined;
  readonly functions: readonly FunctionDefinition[];
  /** Absent: none. A state machine that names one of these is refused when it is selected. */
  readonly unavailable?: readonly UnavailableFunction[] | undefined;
  readonly buckets: readonly string[];
  /** 12 digits. */
  readonly account: string;
  readonly region: string;
}
