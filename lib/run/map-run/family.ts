import { createHash } from "node:crypto";
import type { MapRunRequest, Program } from "../../machine/index.js";
import type { Engine } from "../engine.js";
import type { Execution } from "../execution.js";
import type { Journal, Random } from "../ports.js";
import type { ChildExecution } from "./child.js";
import type { DirectChild } from "./direct-child.js";

/** What all children of a map run share. */
export interface Family {
  readonly program: Program;
  readonly executionType: "STANDARD" | "EXPRESS";
  readonly region: string;
  readonly account: string;
  readonly roleArn: string;
  readonly stateMachineName: string;
  /** The map run's label, its own or the one made for it. */
  readonly label: string;
  readonly mapRunId: string;
  readonly random: Random;
  readonly journal: Journal | null;
  readonly parent: Parent;
}

/** Who is told of what becomes of children. */
export interface Parent {
  /** Epoch ms. */
  now(): number;
  ended(child: ChildExecution | DirectChild): void;
  /** Puts a whole execution in the place of a child. */
  unfold(child: DirectChild): ChildExecution;
}

/** The family of a new map run of `owner`. Only STANDARD children have a history, and only if the engine keeps it. */
export function familyOf(
  { ports, options }: Engine,
  owner: Execution,
  { program, executionType, label, stateName, before }: MapRunRequest,
  parent: Parent,
): Family {
  const { region, roleArn, stateMachineName, stateMachineArn } = owner;
  return {
    program,
    executionType,
    region,
    account: stateMachineArn.split(":")[4] ?? "",
    roleArn,
    stateMachineName,
    label: label ?? nameUuid(`${stateMachineArn}/${stateName}`),
    mapRunId: before === undefined ? ports.random.uuid() : mapRunIdOf(before),
    random: ports.random,
    journal: executionType === "STANDARD" && options.childHistories === true ? ports.journal : null,
    parent,
  };
}

/** The id of a map run, which is the last part of its ARN. */
export function mapRunIdOf(mapRunArn: string): string {
  return mapRunArn.slice(mapRunArn.lastIndexOf(":") + 1);
}

/** Name of a child, as records and the context object have it. */
export function childName({ mapRunId }: Pick<Family, "mapRunId">, index: number): string {
  return nameUuid(`${mapRunId}/${index}`);
}

/** What the ARNs of the children of a map run are made of. */
type Kin = Pick<Family, "region" | "account" | "stateMachineName" | "label" | "mapRunId" | "executionType">;

export function childArn(kin: Kin, index: number): string {
  const { region, account, stateMachineName: machine, label, mapRunId, executionType } = kin;
  const path = `${machine}/${label}:${childName(kin, index)}`;
  if (executionType === "STANDARD") return `arn:aws:states:${region}:${account}:execution:${path}`;
  return `arn:aws:states:${region}:${account}:express:${path}:${nameUuid(`${mapRunId}/${index}/express`)}`;
}

/** The state machine as children name it, with the label. */
export function labelledMachine({ region, account, stateMachineName, label }: Family): string {
  return `arn:aws:states:${region}:${account}:stateMachine:${stateMachineName}/${label}`;
}

/** A version 3 (name based) UUID, as AWS gives labels and children. */
export function nameUuid(name: string): string {
  const hash = createHash("md5").update(name).digest();
  hash[6] = ((hash[6] ?? 0) & 0x0f) | 0x30;
  hash[8] = ((hash[8] ?? 0) & 0x3f) | 0x80;
  const hex = hash.toString("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
