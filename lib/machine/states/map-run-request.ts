import type { Json, JsonText } from "../../json.js";
import type { Program } from "../program.js";

/** What an ItemReader was asked to read, its parameters evaluated. */
export interface ReaderRequest {
  readonly resource: "getObject" | "listObjectsV2";
  readonly parameters: { readonly [name: string]: Json };
  readonly config: { readonly [name: string]: Json };
  /** undefined: no limit. */
  readonly maxItems: number | undefined;
}

/** Everything a map run needs to know, evaluated by the Map state. Items not read yet. */
export interface MapRunRequest {
  readonly stateName: string;
  readonly label: string | undefined;
  /** The ItemProcessor, compiled. */
  readonly program: Program;
  readonly executionType: "STANDARD" | "EXPRESS";
  /** The items of the state's data, or what to read. */
  readonly items: Json | undefined;
  readonly reader: ReaderRequest | undefined;
  /**
   * Makes the child's input of one item: the ItemSelector. null: the item itself, unparsed. A JSONata selector that
   * cannot be evaluated at once gives a promise.
   */
  readonly select: ((item: SelectedItem) => Json | Promise<Json>) | null;
  readonly batch: BatchRequest | undefined;
  /** 0: the service's own limit. */
  readonly maxConcurrency: number;
  readonly toleratedFailureCount: number | undefined;
  /** 0..100 */
  readonly toleratedFailurePercentage: number | undefined;
  readonly writer: WriterRequest | undefined;
  /** ARN of the map run that this one goes on with; undefined for a new one. */
  readonly before: string | undefined;
}

export interface SelectedItem {
  readonly index: number;
  readonly value: Json;
  readonly key: string | undefined;
  readonly source: string;
}

export interface BatchRequest {
  readonly maxItems: number | undefined;
  /** UTF-8 bytes of a child's whole input. */
  readonly maxInputBytes: number | undefined;
  /** JSON text; undefined when not configured. */
  readonly batchInput: JsonText | undefined;
}

export interface WriterRequest {
  /** undefined: the transformed results are the state's result. */
  readonly bucket: string | undefined;
  readonly prefix: string;
  readonly transformation: "NONE" | "COMPACT" | "FLATTEN";
  readonly outputType: "JSON" | "JSONL";
}
