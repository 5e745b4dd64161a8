import type { SFNClient } from "@aws-sdk/client-sfn";
import { FanoutError } from "../errors.js";
import { isObject, type Json, type JsonObject } from "../json.js";
import { type InlineResults, resultsInOutput } from "../results/inline.js";
import { resultsFolderOf } from "../run/write/result-writer.js";
import { answerOf } from "./failure.js";
import { loadSdk } from "./sdk.js";

/** An ARN that results can be found by. */
export interface RunArn {
  readonly region: string;
  readonly kind: "execution" | "mapRun";
}

/** Takes the ARN of an execution or a map run apart. Throws FANOUT_USAGE for any other. */
export function parseRunArn(arn: string): RunArn {
  const [, region, kind] = /^arn:[\w-]+:states:([\w-]+):\d{12}:([A-Za-z]+):[^:]+:/.exec(arn) ?? [];
  if (region !== undefined && (kind === "execution" || kind === "mapRun")) return { region, kind };
  const what =
    kind === "express" ? "an EXPRESS execution, whose output AWS does not keep" : "no execution and no map run";
  throw new FanoutError("FANOUT_USAGE", `${arn} is the ARN of ${what}`);
}

/** Where results of an execution that did not succeed are: below a prefix, in a folder with the id of the map run. */
export interface ResultsPrefix {
  readonly kind: "prefix";
  readonly bucket: string;
  readonly prefix: string;
}

/**
 * The results of an execution, or of one of its map runs: in its output, or where the output or, of one that failed, the
 * ResultWriter of its definition says. Throws FANOUT_AWS, FANOUT_USAGE or FANOUT_RESULTS_INVALID.
 */
export async function resultsOfRun(client: SFNClient, arn: string): Promise<InlineResults | ResultsPrefix> {
  const { DescribeExecutionCommand, DescribeMapRunCommand } = await loadSdk();
  const mapRunArn = parseRunArn(arn).kind === "mapRun" ? arn : undefined;
  const owner =
    mapRunArn === undefined
      ? arn
      : (await answerOf(client.send(new DescribeMapRunCommand({ mapRunArn })))).executionArn;
  const executionArn = owner ?? arn;
  const { status, output } = await answerOf(client.send(new DescribeExecutionCommand({ executionArn })));
  if (status === "RUNNING" || status === "PENDING_REDRIVE") {
    throw new FanoutError("FANOUT_USAGE", `${executionArn} is still running: results are there at its end`);
  }
  if (output === undefined || mapRunArn !== undefined)
    return await byDefinition(client, executionArn, mapRunArn, output);
  return resultsInOutput(output, `the output of ${executionArn}`);
}

async function byDefinition(
  client: SFNClient,
  executionArn: string,
  mapRunArn: string | undefined,
  output: string | undefined,
): Promise<InlineResults | ResultsPrefix> {
  const { DescribeStateMachineForExecutionCommand, ListMapRunsCommand } = await loadSdk();
  const { mapRuns = [] } = await answerOf(client.send(new ListMapRunsCommand({ executionArn })));
  const [run, ...others] = mapRunArn === undefined ? mapRuns.map((each) => each.mapRunArn ?? "") : [mapRunArn];
  if (run === undefined) throw noResults(executionArn, "it has no output and no map run");
  if (others.length > 0) {
    throw new FanoutError(
      "FANOUT_USAGE",
      `${executionArn} has several map runs, give one: ${[run, ...others].join(", ")}`,
    );
  }
  const { definition } = await answerOf(client.send(new DescribeStateMachineForExecutionCommand({ executionArn })));
  const writers = [...writersIn(JSON.parse(definition ?? "{}") as Json)];
  const [only, ...more] = writers.length > 1 ? writers.filter(({ label }) => run.includes(`/${label}:`)) : writers;
  if (only === undefined && output !== undefined) return resultsInOutput(output, `the output of ${executionArn}`);
  if (only === undefined || more.length > 0) throw noResults(executionArn, "its definition names no bucket for them");
  const { bucket, prefix } = only;
  if (bucket === undefined) throw noResults(executionArn, "the bucket comes from its input: give s3://BUCKET/PREFIX");
  return { kind: "prefix", bucket, prefix: resultsFolderOf({ prefix, mapRunArn: run }) };
}

interface Writer {
  readonly label: Json | undefined;
  /** Undefined where it is known at run time only. */
  readonly bucket: string | undefined;
  readonly prefix: string;
}

function* writersIn(value: Json): Generator<Writer, void, void> {
  if (typeof value !== "object" || value === null) return;
  const members = value as JsonObject;
  const writer = members["ResultWriter"];
  if (members["Type"] === "Map" && isObject(writer) && writer["Resource"] !== undefined) {
    const place = writer["Parameters"] ?? writer["Arguments"];
    const { Bucket: bucket, Prefix: prefix = "", ...rest } = isObject(place) ? place : {};
    const isKnown = [bucket, prefix].every((text) => typeof text === "string" && !text.startsWith("{%"));
    const isLiteral = isKnown && !Object.keys(rest).some((name) => name.endsWith(".$"));
    yield {
      label: members["Label"],
      bucket: isLiteral ? String(bucket) : undefined,
      prefix: String(prefix),
    };
  }
  for (const member of Object.values(members)) yield* writersIn(member);
}

function noResults(executionArn: string, why: string): FanoutError {
  return new FanoutError("FANOUT_RESULTS_INVALID", `the results of ${executionArn} cannot be found: ${why}`);
}
