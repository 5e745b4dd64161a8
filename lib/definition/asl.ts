import type { Json, JsonObject } from "../json.js";

/**
 * The Amazon States Language, as definitions hold it once `validate` has found nothing wrong. Fields that may be JSONata
 * (`{% ... %}`) are typed `string` beside their literal type. JSONPath-only and JSONata-only fields stand side by side:
 * which of them a state may have is decided by its query language.
 */
export type QueryLanguage = "JSONPath" | "JSONata";

export type StateMachineType = "STANDARD" | "EXPRESS";

/** One `States` block: the state machine itself, a branch of a Parallel state, the processor of a Map state. */
export interface StatesBlock {
  readonly StartAt: string;
  readonly States: { readonly [name: string]: State };
  readonly Comment?: string;
}

export interface StateMachineDefinition extends StatesBlock {
  readonly Version?: string;
  /** Seconds. */
  readonly TimeoutSeconds?: number;
  readonly QueryLanguage?: QueryLanguage;
}

export type State =
  | TaskState
  | PassState
  | ChoiceState
  | WaitState
  | SucceedState
  | FailState
  | ParallelState
  | MapState;

interface StateBase {
  readonly Comment?: string;
  readonly QueryLanguage?: QueryLanguage;
}

/** `null` selects nothing: the state sees or hands on `{}`. */
interface PathFields {
  readonly InputPath?: string | null;
  readonly OutputPath?: string | null;
}

interface OutputFields {
  /** JSONata. */
  readonly Output?: Json;
  readonly Assign?: JsonObject;
}

interface Transition {
  readonly Next?: string;
  readonly End?: boolean;
}

/** What Task, Parallel and Map share. */
interface WorkFields extends PathFields, OutputFields, Transition {
  readonly Parameters?: Json;
  readonly ResultSelector?: JsonObject;
  readonly ResultPath?: string | null;
  /** JSONata. */
  readonly Arguments?: Json;
  readonly Retry?: readonly Retrier[];
  readonly Catch?: readonly Catcher[];
}

export interface TaskState extends StateBase, WorkFields {
  readonly Type: "Task";
  readonly Resource: string;
  readonly TimeoutSeconds?: number | string;
  readonly TimeoutSecondsPath?: string;
  readonly HeartbeatSeconds?: number | string;
  readonly HeartbeatSecondsPath?: string;
  readonly Credentials?: JsonObject;
}

export interface PassState extends StateBase, PathFields, OutputFields, Transition {
  readonly Type: "Pass";
  readonly Result?: Json;
  readonly Parameters?: Json;
  readonly ResultPath?: string | null;
}

export interface ChoiceState extends StateBase, PathFields, OutputFields {
  readonly Type: "Choice";
  readonly Choices: readonly ChoiceRule[];
  readonly Default?: string;
}

/** A top-level rule: one comparison, `And`, `Or`, `Not`, or a JSONata `Condition`. */
export interface ChoiceRule extends OutputFields {
  readonly Next: string;
  readonly Comment?: string;
  readonly Condition?: boolean | string;
  readonly [operator: string]: Json | undefined;
}

export interface WaitState extends StateBase, PathFields, OutputFields, Transition {
  readonly Type: "Wait";
  readonly Seconds?: number | string;
  readonly SecondsPath?: string;
  readonly Timestamp?: string;
  readonly TimestampPath?: string;
}

export interface SucceedState extends StateBase, PathFields {
  readonly Type: "Succeed";
  /** JSONata. */
  readonly Output?: Json;
}

export interface FailState extends StateBase {
  readonly Type: "Fail";
  readonly Error?: string;
  readonly ErrorPath?: string;
  readonly Cause?: string;
  readonly CausePath?: string;
}

export interface ParallelState extends StateBase, WorkFields {
  readonly Type: "Parallel";
  readonly Branches: readonly StatesBlock[];
}

export interface MapState extends StateBase, WorkFields {
  readonly Type: "Map";
  readonly ItemProcessor?: ItemProcessor;
  /** The older name of ItemProcessor. */
  readonly Iterator?: ItemProcessor;
  /** JSONata. */
  readonly Items?: Json;
  readonly ItemsPath?: string;
  readonly ItemSelector?: Json;
  readonly MaxConcurrency?: number | string;
  readonly MaxConcurrencyPath?: string;
  readonly ItemReader?: ItemReader;
  readonly ItemBatcher?: ItemBatcher;
  readonly ResultWriter?: ResultWriter;
  readonly ToleratedFailureCount?: number | string;
  readonly ToleratedFailureCountPath?: string;
  readonly ToleratedFailurePercentage?: number | string;
  readonly ToleratedFailurePercentagePath?: string;
  readonly Label?: string;
}

export interface ItemProcessor extends StatesBlock {
  readonly ProcessorConfig?: { readonly Mode?: "INLINE" | "DISTRIBUTED"; readonly ExecutionType?: StateMachineType };
}

export interface ItemReader {
  readonly Resource: string;
  readonly Parameters?: JsonObject;
  readonly Arguments?: Json;
  readonly ReaderConfig?: ReaderConfig;
}

export interface ReaderConfig {
  readonly InputType?: "CSV" | "JSON" | "JSONL" | "PARQUET" | "MANIFEST";
  readonly Transformation?: "NONE" | "LOAD_AND_FLATTEN";
  readonly ManifestType?: "ATHENA_DATA" | "S3_INVENTORY";
  readonly CSVHeaderLocation?: "FIRST_ROW" | "GIVEN";
  readonly CSVHeaders?: readonly string[];
  readonly CSVDelimiter?: "COMMA" | "PIPE" | "SEMICOLON" | "SPACE" | "TAB";
  readonly MaxItems?: number | string;
  readonly MaxItemsPath?: string;
  readonly ItemsPointer?: string;
}

export interface ItemBatcher {
  readonly MaxItemsPerBatch?: number | string;
  readonly MaxItemsPerBatchPath?: string;
  readonly MaxInputBytesPerBatch?: number | string;
  readonly MaxInputBytesPerBatchPath?: string;
  readonly BatchInput?: Json;
}

export interface ResultWriter {
  readonly Resource?: string;
  readonly Parameters?: JsonObject;
  readonly Arguments?: Json;
  readonly WriterConfig?: {
    readonly Transformation?: "NONE" | "COMPACT" | "FLATTEN";
    readonly OutputType?: "JSON" | "JSONL";
  };
}

export interface Retrier {
  readonly ErrorEquals: readonly string[];
  readonly Comment?: string;
  readonly IntervalSeconds?: number;
  readonly MaxAttempts?: number;
  readonly BackoffRate?: number;
  readonly MaxDelaySeconds?: number;
  readonly JitterStrategy?: "NONE" | "FULL";
}

export interface Catcher extends OutputFields {
  readonly ErrorEquals: readonly string[];
  readonly Next: string;
  readonly Comment?: string;
  readonly ResultPath?: string | null;
}
