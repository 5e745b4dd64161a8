import type { CheckedDefinition, StateMachineType } from "./checked-definition.js";

export interface LoggingConfiguration {
  readonly level?: string;
  readonly includeExecutionData?: boolean;
  readonly destinations?: readonly { readonly cloudWatchLogsLogGroup?: { readonly logGroupArn?: string } }[];
}

export interface TracingConfiguration {
  readonly enabled?: boolean;
}

export interface EncryptionConfiguration {
  readonly type: string;
  readonly kmsKeyId?: string;
  readonly kmsDataKeyReusePeriodSeconds?: number;
}

/** What an update of a state machine replaces. Executions keep the revision that they were started with. */
export interface Revision {
  /** Absent until the first update. */
  readonly id: string | undefined;
  /** The definition, character by character as it was given. */
  readonly text: string;
  readonly checked: CheckedDefinition;
  readonly roleArn: string;
  readonly logging: LoggingConfiguration;
  readonly tracing: TracingConfiguration;
  readonly encryption: EncryptionConfiguration;
  /** Epoch ms. */
  readonly updateDate: number;
}

export interface Version {
  readonly number: number;
  readonly arn: string;
  readonly description: string | undefined;
  readonly creationDate: number;
  readonly revision: Revision;
}

export interface Route {
  readonly stateMachineVersionArn: string;
  readonly weight: number;
}

export interface Alias {
  readonly name: string;
  readonly arn: string;
  readonly creationDate: number;
  description: string | undefined;
  routes: readonly Route[];
  updateDate: number;
}

/** A state machine that has been created. */
export interface StateMachine {
  readonly name: string;
  readonly arn: string;
  readonly type: StateMachineType;
  /** Epoch ms. */
  readonly creationDate: number;
  /** What was asked for at creation: the same again is the same request. */
  readonly created: { readonly publish: boolean; readonly versionDescription: string | undefined };
  revision: Revision;
  /** By number, in the order in which they were published. */
  readonly versions: Map<number, Version>;
  /** The number of the last version; numbers are not used again. */
  lastVersion: number;
  readonly aliases: Map<string, Alias>;
  tags: ReadonlyMap<string, string>;
  status: "ACTIVE" | "DELETING";
}

/** A state machine that has just been created. */
export function newStateMachine(name: string, arn: string, type: StateMachineType, revision: Revision): StateMachine {
  return {
    name,
    arn,
    type,
    creationDate: revision.updateDate,
    created: { publish: false, versionDescription: undefined },
    revision,
    versions: new Map(),
    lastVersion: 0,
    aliases: new Map(),
    tags: new Map(),
    status: "ACTIVE",
  };
}

/** Whether two revisions are the same to their state machine: an update that changes nothing makes none. */
export function sameRevision(a: Omit<Revision, "id" | "updateDate" | "checked">, b: typeof a): boolean {
  return a.text === b.text && a.roleArn === b.roleArn && sameSettings(a, b);
}

export function sameSettings(a: Pick<Revision, "logging" | "tracing" | "encryption">, b: typeof a): boolean {
  const settings = ({ logging, tracing, encryption }: typeof a) => JSON.stringify([logging, tracing, encryption]);
  return settings(a) === settings(b);
}
