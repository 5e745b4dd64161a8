import type { IncomingMessage } from "node:http";
import type { MutableFunctionTable } from "../../adapters/invoke/mutable-functions.js";
import type { LocalInvoker } from "../../adapters/invoke/options.js";
import type { ObjectStore } from "../../run/ports.js";
import type { CodeFolder } from "./code-folder.js";
import type { FunctionStore } from "./function-store.js";

export interface LambdaOptions {
  /** Runs the functions. It may have other callers: the API's calls carry their own listeners. */
  readonly invoker: LocalInvoker;
  /** The table that the invoker resolves functions with. */
  readonly functions: MutableFunctionTable;
  /** Where code is unpacked; made when it is needed. */
  readonly folder: string;
  readonly region: string;
  /** 12 digits. */
  readonly account: string;
  /** Where Code.S3Bucket and Code.S3Key are looked for. Absent: code comes as Code.ZipFile only. */
  readonly store?: Pick<ObjectStore, "get"> | undefined;
  /**
   * Epoch ms.
   *
   * @default Date.now
   */
  readonly now?: (() => number) | undefined;
}

/** What every operation works with. */
export interface LambdaContext {
  readonly options: LambdaOptions;
  readonly now: () => number;
  readonly functions: FunctionStore;
  readonly code: CodeFolder;
}

export interface ApiRequest {
  readonly requestId: string;
  /** Scheme, host and port that the caller used. */
  readonly origin: string;
  /** The variable parts of the path, decoded, in order: function name, alias ... */
  readonly parameters: readonly string[];
  readonly query: URLSearchParams;
  readonly request: IncomingMessage;
  readonly body: Buffer;
}

export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: string | Uint8Array | undefined;
}

/** Throws ApiError. */
export type Operation = (context: LambdaContext, request: ApiRequest) => Reply | Promise<Reply>;

export function json(status: number, value: object): Reply {
  return { status, body: JSON.stringify(value) };
}
