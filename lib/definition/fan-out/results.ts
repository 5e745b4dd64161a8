import type { JsonObject } from "../../json.js";
import { invokeResource, retryField } from "./invoke.js";
import type { FanOutOptions, FanOutRefs } from "./options.js";

/** The ResultWriter of the Map state; nothing for inline results. */
export function resultFields(options: FanOutOptions, refs: FanOutRefs, partition: string): JsonObject {
  const results = options.results ?? "inline";
  if (results === "inline") return {};
  return {
    ResultWriter: {
      Resource: `arn:${partition}:states:::s3:putObject`,
      WriterConfig: { Transformation: results.transformation ?? "NONE", OutputType: results.format ?? "JSONL" },
      Parameters: {
        Bucket: results.bucket ?? refs.resultsBucket ?? "",
        ...(results.prefix === undefined ? {} : { Prefix: results.prefix }),
      },
    },
  };
}

/** The Task that invokes the gather function with a GatherEvent, made from the Map's result. */
export function gatherState(gather: string, options: FanOutOptions, partition: string): JsonObject {
  const payload =
    (options.results ?? "inline") === "inline"
      ? { "results.$": "$" }
      : {
          "mapRunArn.$": "$.MapRunArn",
          "bucket.$": "$.ResultWriterDetails.Bucket",
          "key.$": "$.ResultWriterDetails.Key",
        };
  return {
    Type: "Task",
    Resource: invokeResource(partition),
    Parameters: { FunctionName: gather, Payload: payload },
    OutputPath: "$.Payload",
    ...retryField(options.retry),
  };
}
