import { isObject, type Json, type JsonObject, JsonText } from "../../json.js";
import type { Effect, StepIo } from "../effects.js";
import { evaluate } from "../evaluate.js";
import { compileJsonataTemplate, compileTemplate } from "../expressions/index.js";
import { DefinitionError, StateFailure } from "../failure.js";
import type { Frame } from "../frame.js";
import type { CompileContext } from "../program.js";
import { jsonataBindings, StateScope } from "../state-scope.js";
import type { Flow } from "./flow.js";
import type { BatchRequest, MapRunRequest, ReaderRequest, WriterRequest } from "./map-run-request.js";
import { compileQuantity, type Quantity } from "./quantity.js";

/** The part of a map run's request that the distributed-only fields make. */
export type EvaluatedFields = Omit<
  MapRunRequest,
  "stateName" | "program" | "items" | "maxConcurrency" | "select" | "before"
>;

/** A template of either language, evaluated with continuation. */
type Template = (frame: Frame, io: StepIo, flow: Flow, then: (value: Json) => Effect) => Effect;

/** The fields that only a distributed Map has, compiled. */
export interface MapRunFields {
  /** null: items come from the state's data. */
  readonly reader: object | null;
  request(frame: Frame, io: StepIo, flow: Flow, then: (fields: EvaluatedFields) => Effect): Effect;
}

export function compileMapRun(definition: JsonObject, config: JsonObject, context: CompileContext): MapRunFields {
  return new DistributedFields(definition, config, context);
}

class DistributedFields implements MapRunFields {
  readonly reader: Section | null;
  readonly #writer: Section | null;
  readonly #batcher: JsonObject | null;
  readonly #batchInput: Template | null;
  readonly #numbers: Readonly<Record<NumberField, Quantity>>;
  readonly #label: string | undefined;
  readonly #executionType: "STANDARD" | "EXPRESS";

  constructor(definition: JsonObject, config: JsonObject, context: CompileContext) {
    const { language } = context;
    this.reader = compileSection(definition, "ItemReader", context);
    this.#writer = compileSection(definition, "ResultWriter", context);
    const batcher = definition["ItemBatcher"];
    this.#batcher = isObject(batcher) ? batcher : null;
    this.#batchInput = compileField(this.#batcher ?? {}, "BatchInput", "ItemBatcher", context);
    this.#label = typeof definition["Label"] === "string" ? definition["Label"] : undefined;
    this.#executionType = config["ExecutionType"] === "EXPRESS" ? "EXPRESS" : "STANDARD";
    this.#numbers = {
      ToleratedFailureCount: compileQuantity(definition, "ToleratedFailureCount", language),
      ToleratedFailurePercentage: compileQuantity(definition, "ToleratedFailurePercentage", language),
      MaxItems: compileQuantity(this.reader?.config ?? {}, "MaxItems", language),
      MaxItemsPerBatch: compileQuantity(this.#batcher ?? {}, "MaxItemsPerBatch", language),
      MaxInputBytesPerBatch: compileQuantity(this.#batcher ?? {}, "MaxInputBytesPerBatch", language),
    };
  }

  request(frame: Frame, io: StepIo, flow: Flow, then: (fields: EvaluatedFields) => Effect): Effect {
    return this.#readNumbers(
      frame,
      io,
      flow,
      Object.entries(this.#numbers) as [NumberField, Quantity][],
      {},
      (numbers) =>
        read(this.reader?.parameters ?? null, frame, io, flow, (readerParameters) =>
          read(this.#batchInput, frame, io, flow, (batchInput) =>
            read(this.#writer?.parameters ?? null, frame, io, flow, (writerParameters) =>
              then({
                label: this.#label,
                executionType: this.#executionType,
                reader: this.#readerRequest(readerParameters, numbers.MaxItems),
                batch: this.#batchRequest(batchInput, numbers),
                toleratedFailureCount: numbers.ToleratedFailureCount,
                toleratedFailurePercentage: numbers.ToleratedFailurePercentage,
                writer: this.#writerRequest(writerParameters),
              }),
            ),
          ),
        ),
    );
  }

  #readNumbers(
    frame: Frame,
    io: StepIo,
    flow: Flow,
    rest: readonly [NumberField, Quantity][],
    values: Partial<Record<NumberField, number>>,
    then: (values: Partial<Record<NumberField, number>>) => Effect,
  ): Effect {
    const [first, ...others] = rest;
    if (first === undefined) return then(values);
    const [name, quantity] = first;
    const next = (value: number | undefined) => {
      if (value !== undefined) checkRange(name, value);
      return this.#readNumbers(
        frame,
        io,
        flow,
        others,
        value === undefined ? values : { ...values, [name]: value },
        then,
      );
    };
    // Percentages alone may have a fraction.
    if (name === "ToleratedFailurePercentage") return quantity.number(frame, io, flow, next);
    return quantity.integer(frame, io, flow, next);
  }

  #readerRequest(parameters: Json | undefined, maxItems: number | undefined): ReaderRequest | undefined {
    if (this.reader === null) return undefined;
    if (!isObject(parameters)) throw new StateFailure("States.ItemReaderFailed", "The ItemReader has no Parameters.");
    const resource = this.reader.resource.endsWith(":listObjectsV2") ? "listObjectsV2" : "getObject";
    // 0 is no limit, as recorded.
    return { resource, parameters, config: this.reader.config, maxItems: maxItems === 0 ? undefined : maxItems };
  }

  #batchRequest(batchInput: Json | undefined, numbers: Partial<Record<NumberField, number>>): BatchRequest | undefined {
    if (this.#batcher === null) return undefined;
    return {
      maxItems: numbers.MaxItemsPerBatch,
      maxInputBytes: numbers.MaxInputBytesPerBatch,
      batchInput: batchInput === undefined ? undefined : JsonText.of(batchInput),
    };
  }

  #writerRequest(parameters: Json | undefined): WriterRequest | undefined {
    if (this.#writer === null) return undefined;
    const { config } = this.#writer;
    const target = isObject(parameters) ? parameters : undefined;
    const transformation = config["Transformation"] ?? (target === undefined ? "COMPACT" : "NONE");
    return {
      bucket: target === undefined ? undefined : String(target["Bucket"]),
      prefix: typeof target?.["Prefix"] === "string" ? target["Prefix"] : "",
      transformation: transformation as WriterRequest["transformation"],
      outputType: config["OutputType"] === "JSONL" ? "JSONL" : "JSON",
    };
  }
}

type NumberField =
  | "ToleratedFailureCount"
  | "ToleratedFailurePercentage"
  | "MaxItems"
  | "MaxItemsPerBatch"
  | "MaxInputBytesPerBatch";

/** ItemReader and ResultWriter are built alike: a resource, parameters, a config. */
interface Section {
  readonly resource: string;
  readonly parameters: Template | null;
  readonly config: JsonObject;
}

function compileSection(definition: JsonObject, name: string, context: CompileContext): Section | null {
  const section = definition[name];
  if (section === undefined) return null;
  if (!isObject(section)) throw new DefinitionError(`${name} must be an object`, `${context.path}/${name}`);
  const config = section[name === "ItemReader" ? "ReaderConfig" : "WriterConfig"];
  const field = context.language === "JSONata" ? "Arguments" : "Parameters";
  return {
    resource: typeof section["Resource"] === "string" ? section["Resource"] : "",
    parameters: compileField(section, field, name, context),
    config: isObject(config) ? config : {},
  };
}

function compileField(section: JsonObject, field: string, owner: string, context: CompileContext): Template | null {
  const value = section[field];
  if (value === undefined) return null;
  if (context.language === "JSONata") {
    const template = compileJsonataTemplate(value, `${owner}/${field}`);
    return (frame, io, _flow, then) =>
      evaluate(frame, [{ template, bindings: jsonataBindings(frame, io) }], ([result]) => then(result as Json));
  }
  const template = compileTemplate(value, `${context.path}/${owner}/${field}`);
  return (frame, io, flow, then) => then(template.evaluate(new StateScope(flow.effectiveInput(frame, io), frame, io)));
}

function read(
  template: Template | null,
  frame: Frame,
  io: StepIo,
  flow: Flow,
  then: (value: Json | undefined) => Effect,
): Effect {
  return template === null ? then(undefined) : template(frame, io, flow, then);
}

function checkRange(name: NumberField, number: number): void {
  if (name === "ToleratedFailurePercentage" && (number < 0 || number > 100)) {
    throw new StateFailure("States.Runtime", "ToleratedFailurePercentage must be between 0 and 100.");
  }
  if (name === "ToleratedFailureCount" && number < 0) {
    throw new StateFailure("States.Runtime", "ToleratedFailureCount cannot be negative.");
  }
}
