import { createHash, randomUUID } from "node:crypto";
import type { FunctionDefinition } from "../../definition/application.js";
import type { JsonObject } from "../../json.js";
import type { UnpackedCode } from "./code-folder.js";

/** What the API knows of a function beyond what is needed to run it. Replaced, never changed, but for its maps. */
export interface FunctionRecord {
  /** The very object of the table. */
  readonly definition: FunctionDefinition;
  readonly role: string;
  readonly description: string;
  /** Base64 of the SHA-256 of the zip. */
  readonly codeSha256: string;
  /** Bytes of the zip. */
  readonly codeSize: number;
  /** Absent: the code was there before, and is not the API's to delete. */
  readonly code: UnpackedCode | undefined;
  /** Settings that are kept and shown and have no effect here: layers, VPC, tracing ... */
  readonly settings: JsonObject;
  readonly revisionId: string;
  /** Epoch ms. */
  readonly lastModified: number;
  readonly tags: Map<string, string>;
  /** Statements of the resource policy by StatementId, as JSON text. */
  readonly policy: Map<string, string>;
  readonly versions: PublishedVersions;
  readonly aliases: Map<string, AliasRecord>;
}

/** Version numbers that have been given out: all of them stand for the one version there is. */
export interface PublishedVersions {
  last: number;
  /** Revision that `last` was given to. */
  revisionId: string | undefined;
  readonly numbers: Set<number>;
}

export interface AliasRecord {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly revisionId: string;
}

/**
 * The record of a function that did not come through the API, such as one of a template, or came through that of an
 * earlier process, which then left its code.
 */
export function recordOf(definition: FunctionDefinition, code: UnpackedCode | undefined, now: number): FunctionRecord {
  const account = definition.arn.split(":")[4];
  return {
    definition,
    role: `arn:aws:iam::${account}:role/${definition.name}`,
    description: "",
    codeSha256: code?.sha256 ?? createHash("sha256").update(definition.code.path).digest("base64"),
    codeSize: code?.size ?? 0,
    code,
    settings: {},
    revisionId: randomUUID(),
    lastModified: now,
    ...noCompany(),
  };
}

/** What a new function has none of. */
export function noCompany() {
  return {
    tags: new Map<string, string>(),
    policy: new Map<string, string>(),
    versions: { last: 0, revisionId: undefined, numbers: new Set<number>() } as PublishedVersions,
    aliases: new Map<string, AliasRecord>(),
  };
}
