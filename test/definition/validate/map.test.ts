import { describe, expect, it } from "vitest";
import { validate } from "../../../lib/definition/validate.js";
import type { JsonObject } from "../../../lib/json.js";

const block = { StartAt: "I", States: { I: { Type: "Succeed" } } };
const distributed = { ...block, ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "STANDARD" } };

/** Findings over a Map state with these fields, by default a distributed one. */
function findings(fields: JsonObject, type: "STANDARD" | "EXPRESS" = "STANDARD"): string[] {
  const M = { Type: "Map", ItemProcessor: distributed, End: true, ...fields };
  return validate({ StartAt: "M", States: { M } }, { type }).map(
    ({ location, message }) => `${location.replace("/States/M", "")} ${message}`,
  );
}

const Bucket = "b";
const getObject = { Resource: "arn:aws:states:::s3:getObject", Parameters: { Bucket, "Key.$": "$.key" } };
const list = { Resource: "arn:aws-cn:states:::s3:listObjectsV2", Parameters: { Bucket } };
const given = { InputType: "CSV", CSVHeaderLocation: "GIVEN" };
const putObject = { Resource: "arn:aws:states:::s3:putObject", Parameters: { Bucket, Prefix: "p" } };

describe("a Map state", () => {
  it.each<[string, JsonObject]>([
    ["a Parquet file", { ItemReader: { ...getObject, ReaderConfig: { InputType: "PARQUET", MaxItems: 5 } } }],
    [
      "an S3 inventory in the older spelling",
      { ItemReader: { ...getObject, ReaderConfig: { InputType: "MANIFEST" } } },
    ],
    [
      "a manifest of Athena, as the documentation shows it",
      { ItemReader: { ...getObject, ReaderConfig: { ManifestType: "ATHENA_DATA", InputType: "CSV" } } },
    ],
    [
      "everything a distributed Map may have",
      {
        ItemReader: {
          ...getObject,
          ReaderConfig: {
            InputType: "CSV",
            CSVHeaderLocation: "GIVEN",
            CSVHeaders: ["a"],
            CSVDelimiter: "TAB",
            MaxItems: 0,
          },
        },
        ItemsPath: "$.ignored",
        ItemSelector: { "v.$": "$$.Map.Item.Value" },
        ItemBatcher: { MaxItemsPerBatch: 10, MaxInputBytesPerBatch: 262_144, BatchInput: {} },
        MaxConcurrencyPath: "$.n",
        ToleratedFailureCount: 1,
        ToleratedFailurePercentage: 1.1,
        Label: "each",
        ResultWriter: putObject,
      },
    ],
    [
      "a listing that is flattened",
      { ItemReader: { ...list, ReaderConfig: { Transformation: "LOAD_AND_FLATTEN", InputType: "JSONL" } } },
    ],
    [
      "headers of 10 KiB",
      { ItemReader: { ...getObject, ReaderConfig: { ...given, CSVHeaders: ["é".repeat(5_000), "x".repeat(240)] } } },
    ],
    ["an empty ReaderConfig", { ItemReader: { ...list, ReaderConfig: {} } }],
    ["a manifest", { ItemReader: { ...getObject, ReaderConfig: { ManifestType: "S3_INVENTORY" } } }],
    ["a pointer", { ItemReader: { ...getObject, ReaderConfig: { InputType: "JSON", ItemsPointer: "/a/b" } } }],
    [
      "a form of the results only",
      { ResultWriter: { WriterConfig: { Transformation: "FLATTEN", OutputType: "JSONL" } } },
    ],
    ["tolerance in an inline Map", { ItemProcessor: block, ToleratedFailureCount: 1 }],
  ])("may have %s", (_, fields) => {
    expect(findings(fields)).toEqual([]);
  });

  it.each<[JsonObject, string]>([
    [{ Iterator: block }, " There should only be one of the following fields: [ItemProcessor, Iterator]"],
    [
      { MaxConcurrency: 1, MaxConcurrencyPath: "$.a" },
      " There should only be one of the following fields: [MaxConcurrency, MaxConcurrencyPath]",
    ],
    [{ MaxConcurrency: -1 }, "/MaxConcurrency Minimum value is 0"],
    [{ ToleratedFailurePercentage: 100.5 }, "/ToleratedFailurePercentage Maximum value is 100.0"],
    [{ ToleratedFailurePercentage: -1 }, "/ToleratedFailurePercentage Minimum value is 0.0"],
    [{ ToleratedFailureCountPath: "$$.x" }, "/ToleratedFailureCountPath Value is not a Reference Path"],
    [
      { ItemBatcher: {} },
      "/ItemBatcher One of these fields is required: [MaxItemsPerBatch, MaxItemsPerBatchPath, MaxInputBytesPerBatch, MaxInputBytesPerBatchPath]",
    ],
    [{ ItemBatcher: { MaxInputBytesPerBatch: 262_145 } }, "/ItemBatcher/MaxInputBytesPerBatch Maximum value is 262144"],
    [
      { ItemBatcher: { MaxItemsPerBatch: 1, MaxItemsPerBatchPath: "$.a" } },
      "/ItemBatcher There should only be one of the following fields: [MaxItemsPerBatch, MaxItemsPerBatchPath]",
    ],
    [{ ResultWriter: {} }, "/ResultWriter Value cannot be empty"],
    [{ ResultWriter: { Resource: putObject.Resource } }, "/ResultWriter These fields are required: [Parameters]"],
    [{ ResultWriter: { Parameters: { Bucket } } }, "/ResultWriter These fields are required: [Resource]"],
    [{ ItemReader: {} }, "/ItemReader These fields are required: [Resource, Parameters]"],
    [
      { ItemReader: { ...getObject, Parameters: { Bucket } } },
      "/ItemReader/Parameters These fields are required: [Key]",
    ],
    [
      { ItemReader: { ...list, Resource: "arn:aws:states:::s3:deleteObject" } },
      "/ItemReader/Resource The field 'Resource' should have one of these values: [arn:aws:states:::s3:getObject, arn:aws:states:::s3:listObjectsV2]",
    ],
    [
      { ItemReader: { ...getObject, ReaderConfig: { InputType: "CSV" } } },
      "/ItemReader/ReaderConfig These fields are required: [CSVHeaderLocation]",
    ],
    [
      { ItemReader: { ...getObject, ReaderConfig: { InputType: "CSV", CSVHeaderLocation: "GIVEN" } } },
      "/ItemReader/ReaderConfig These fields are required: [CSVHeaders]",
    ],
    [
      { ItemReader: { ...getObject, ReaderConfig: { ...given, CSVHeaders: ["é".repeat(5_000), "x".repeat(241)] } } },
      "/ItemReader/ReaderConfig/CSVHeaders CSV headers have at most 10240 bytes in all, got: 10241",
    ],
    [
      { ItemReader: { ...getObject, ReaderConfig: { ...given, CSVHeaders: ["a"], CSVDelimiter: ";" } } },
      "/ItemReader/ReaderConfig/CSVDelimiter The field 'CSVDelimiter' should have one of these values: [COMMA, PIPE, SEMICOLON, SPACE, TAB]",
    ],
    [
      { ItemReader: { ...getObject, ReaderConfig: { MaxItems: 1, MaxItemsPath: "$.a" } } },
      "/ItemReader/ReaderConfig There should only be one of the following fields: [MaxItems, MaxItemsPath]",
    ],
    [
      { ItemReader: { ...getObject, ReaderConfig: { InputType: "JSON", ItemsPointer: "a" } } },
      "/ItemReader/ReaderConfig/ItemsPointer Value is not a JSON Pointer",
    ],
    [
      { ItemReader: { ...getObject, ReaderConfig: { InputType: "JSONL", ItemsPointer: "/a" } } },
      "/ItemReader/ReaderConfig ItemsPointer is only supported for InputType JSON",
    ],
    [
      { ItemReader: { ...getObject, ReaderConfig: { Transformation: "LOAD_AND_FLATTEN", InputType: "JSON" } } },
      "/ItemReader Transformation LOAD_AND_FLATTEN is only supported for s3:listObjectsV2",
    ],
    [
      { ItemReader: { ...list, ReaderConfig: { Transformation: "LOAD_AND_FLATTEN" } } },
      "/ItemReader/ReaderConfig These fields are required: [InputType]",
    ],
    [
      { ItemReader: { ...list, ReaderConfig: { Transformation: "LOAD_AND_FLATTEN", InputType: "MANIFEST" } } },
      "/ItemReader/ReaderConfig Transformation LOAD_AND_FLATTEN needs InputType CSV, JSON, JSONL or PARQUET",
    ],
    [
      {
        ItemReader: {
          ...getObject,
          ReaderConfig: { ManifestType: "S3_INVENTORY", InputType: "CSV", CSVHeaderLocation: "FIRST_ROW" },
        },
      },
      "/ItemReader/ReaderConfig InputType is not supported for ManifestType S3_INVENTORY",
    ],
    [
      { ItemReader: { ...getObject, ReaderConfig: { ManifestType: "ATHENA_DATA" } } },
      "/ItemReader/ReaderConfig ManifestType ATHENA_DATA needs InputType CSV, JSONL or PARQUET",
    ],
    [
      { ItemProcessor: { ...block, ProcessorConfig: { Mode: "DISTRIBUTED" } } },
      "/ItemProcessor/ProcessorConfig These fields are required: [ExecutionType]",
    ],
    [
      { ItemProcessor: { ...block, ProcessorConfig: { ExecutionType: "EXPRESS" } } },
      "/ItemProcessor/ProcessorConfig Field 'ExecutionType' is only supported for the 'DISTRIBUTED' Mode",
    ],
    [
      { ItemProcessor: { ...block, ProcessorConfig: { Mode: "FAST" } } },
      "/ItemProcessor/ProcessorConfig/Mode The field 'Mode' should have one of these values: [INLINE, DISTRIBUTED]",
    ],
    [
      { ItemProcessor: { ...block, QueryLanguage: "JSONata" } },
      "/ItemProcessor Field 'QueryLanguage' is not supported",
    ],
    [{ ItemProcessor: block, ItemReader: list }, " Field 'ItemReader' is only supported for the 'DISTRIBUTED' Mode"],
    [{ ItemProcessor: 1 }, "/ItemProcessor Expected value of type Object"],
  ])("may not have %j", (fields, expected) => {
    expect(findings(fields)).toEqual([expected]);
  });

  it("may use the older names of its fields", () => {
    const M = { Type: "Map", Iterator: distributed, Parameters: { "v.$": "$$.Map.Item.Value" }, End: true };
    expect(validate({ StartAt: "M", States: { M } })).toEqual([]);
  });

  it("needs a processor", () => {
    expect(validate({ StartAt: "M", States: { M: { Type: "Map", End: true } } })).toMatchObject([
      { message: "One of these fields is required: [ItemProcessor, Iterator]", location: "/States/M" },
    ]);
  });

  it("takes expressions for its numbers in JSONata, arrays and objects as items, and no paths", () => {
    const jsonata = { QueryLanguage: "JSONata", MaxConcurrency: "{% 1 %}", ToleratedFailurePercentage: "{% 5 %}" };
    const ItemReader = { Resource: getObject.Resource, Arguments: "{% $a %}", ReaderConfig: { MaxItems: "{% 1 %}" } };
    expect(
      findings({ ...jsonata, ItemReader, ItemBatcher: { MaxItemsPerBatch: "{% 2 %}" }, ItemSelector: "{% 1 %}" }),
    ).toEqual([]);
    for (const Items of ["{% $x %}", [1, "{% 2 %}"], { a: 1 }]) expect(findings({ ...jsonata, Items })).toEqual([]);
    expect(findings({ ...jsonata, Items: 5 })).toEqual(["/Items Expected value of type Array"]);
    expect(findings({ ...jsonata, ItemBatcher: { MaxItemsPerBatchPath: "$.a" } })).toContain(
      "/ItemBatcher The QueryLanguage is set to 'JSONata', but field 'MaxItemsPerBatchPath' is only supported for the 'JSONPath' QueryLanguage",
    );
  });

  it("is not distributed inside an EXPRESS state machine, nor inside EXPRESS children", () => {
    const message = "Express state machine does not support a Map state in 'DISTRIBUTED' mode";
    expect(findings({}, "EXPRESS")).toEqual([` ${message}`]);
    expect(findings({ ItemProcessor: block }, "EXPRESS")).toEqual([]);
    const inner = (ExecutionType: string) => ({
      ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType },
      StartAt: "Inner",
      States: { Inner: { Type: "Map", ItemProcessor: distributed, End: true } },
    });
    expect(findings({ ItemProcessor: inner("STANDARD") })).toEqual([]);
    expect(findings({ ItemProcessor: inner("EXPRESS") })).toEqual([`/ItemProcessor/States/Inner ${message}`]);
  });
});

describe("a Label", () => {
  const labelled = (Label: string) =>
    validate({ StartAt: "M", States: { M: { Type: "Map", ItemProcessor: distributed, Label, End: true } } });

  it.each([...' ?*<>{}[]:;,\\|^~$#%&`"', "\n", "\u0000", "\u001f", "\u007f", "\u009f"])("has no %j", (character) => {
    expect(labelled(`label_${character}`)).toMatchObject([{ code: "INVALID_LABEL_NAME", location: "/States/M/Label" }]);
  });

  it("has 1 to 40 characters", () => {
    expect(labelled("x".repeat(40))).toEqual([]);
    expect(labelled("x".repeat(41))).toMatchObject([{ code: "INVALID_LABEL_NAME" }]);
    expect(labelled("")).toMatchObject([{ code: "INVALID_LABEL_NAME" }]);
  });

  it("is unique in the state machine", () => {
    const map = (name: string, rest: object) => ({
      Type: "Map",
      Label: "each",
      ItemProcessor: { ...distributed, StartAt: name, States: { [name]: { Type: "Succeed" } } },
      ...rest,
    });
    const States = { M: map("I", { Next: "N" }), N: map("J", { End: true }) };
    expect(validate({ StartAt: "M", States })).toMatchObject([
      { code: "DUPLICATE_LABEL_NAME", location: "/States/N/Label", message: "Duplicate Label name: each" },
    ]);
  });
});
