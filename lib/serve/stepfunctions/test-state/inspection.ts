import { type Json, type JsonObject, JsonText } from "../../../json.js";
import { compileReferencePath, compileTemplate } from "../../../machine/expressions/index.js";
import { compilePath } from "../../../machine/expressions/path.js";
import { type Effect, type Frame, StateFailure, type StepIo } from "../../../machine/index.js";
import { takes } from "../../../machine/retry.js";
import { StateScope } from "../../../machine/state-scope.js";
import type { TestEnd } from "./run.js";

/** What is looked at. */
export interface Inspected {
  /** A frame before the state of its own, since the one that ran has gone on. */
  readonly frame: Frame;
  readonly io: StepIo;
  readonly definition: JsonObject;
  readonly end: TestEnd;
  readonly variables: ReadonlyMap<string, Json>;
}

/**
 * The data of a state on its way, as TestState shows it from level DEBUG on. What could not be made, because the state
 * failed before or on it, is left out.
 */
export async function inspect(inspected: Inspected): Promise<object> {
  const { frame, variables, end, definition } = inspected;
  const data: Record<string, unknown> = { input: frame.input.text };
  if (variables.size > 0) data["variables"] = JSON.stringify(Object.fromEntries(variables));
  if (frame.state.language === "JSONata") await addArguments(inspected, data);
  else await addJsonPath(inspected, data);
  if (frame.state.type === "Map") addMap(inspected, data);
  const details = errorDetails(inspected);
  if (end.failure !== undefined && Object.keys(details).length > 0) data["errorDetails"] = details;
  if (definition["Type"] === "Task" && end.result !== undefined) data["result"] = end.result.text;
  return data;
}

async function addArguments({ frame, io, definition }: Inspected, data: Record<string, unknown>): Promise<void> {
  if (definition["Arguments"] !== undefined) await begin(frame, io, (text) => (data["afterArguments"] = text));
}

async function addJsonPath(inspected: Inspected, data: Record<string, unknown>): Promise<void> {
  const { frame, io, definition, end } = inspected;
  const { type } = frame.state;
  const constant = type === "Pass" && definition["Result"] !== undefined;
  if (!constant && type !== "Parallel") attempt(() => (data["afterInputPath"] = inputOf(frame, io).text));
  let parameters: string | undefined;
  await begin(frame, io, (text) => {
    parameters = text;
  });
  if (parameters !== undefined && !constant && (type === "Pass" || type === "Task"))
    data["afterParameters"] = parameters;
  if (constant) data["result"] = JSON.stringify(definition["Result"]);
  const result = type === "Pass" ? (constant ? JSON.stringify(definition["Result"]) : parameters) : end.result?.text;
  if (result !== undefined) attempt(() => addResult(inspected, new JsonText(result), data));
}

function addResult({ frame, io, definition }: Inspected, result: JsonText, data: Record<string, unknown>): void {
  const { ResultSelector: selector, ResultPath: path } = definition;
  const selected =
    selector === undefined
      ? result
      : JsonText.of(compileTemplate(selector, "ResultSelector").evaluate(new StateScope(result, frame, io)));
  data["afterResultSelector"] = selected.text;
  if (path === undefined || path === "$") data["afterResultPath"] = selected.text;
  else if (path === null) data["afterResultPath"] = frame.input.text;
  else {
    const written = compileReferencePath(String(path)).write(frame.input.value, selected.value);
    data["afterResultPath"] = JSON.stringify(written);
  }
}

function addMap({ frame, io, definition, end }: Inspected, data: Record<string, unknown>): void {
  const { ItemsPath: path, MaxConcurrency: concurrency } = definition;
  const { mapRun } = end;
  if (typeof path === "string") {
    const scope = new StateScope(inputOf(frame, io), frame, io);
    attempt(() => (data["afterItemsPath"] = JSON.stringify(compilePath(path).read(scope))));
  }
  data["maxConcurrency"] = mapRun?.maxConcurrency ?? (typeof concurrency === "number" ? concurrency : 0);
  const { toleratedFailureCount, toleratedFailurePercentage } = mapRun ?? {};
  if (toleratedFailureCount !== undefined) data["toleratedFailureCount"] = toleratedFailureCount;
  if (toleratedFailurePercentage !== undefined) data["toleratedFailurePercentage"] = toleratedFailurePercentage;
}

/** The retrier and the catcher that take the failure, whether they still can or not. */
function errorDetails({ frame, end }: Inspected): object {
  const { failure, status, backoffSeconds } = end;
  if (failure === undefined) return {};
  const retryIndex = frame.state.retriers.findIndex(({ errors }) => takes(errors, failure));
  const catchIndex = frame.state.catchers.findIndex(({ errors }) => takes(errors, failure));
  return {
    ...(status === "CAUGHT_ERROR" && catchIndex !== -1 ? { catchIndex } : {}),
    ...(retryIndex === -1 ? {} : { retryIndex }),
    ...(backoffSeconds === undefined ? {} : { retryBackoffIntervalSeconds: backoffSeconds }),
  };
}

function inputOf(frame: Frame, io: StepIo): JsonText {
  return frame.state.flow.effectiveInput(frame, io);
}

/** What Parameters or Arguments make of the input. */
async function begin(frame: Frame, io: StepIo, tell: (text: string) => void): Promise<void> {
  const stop: Effect = { kind: "wait" };
  try {
    const effect = frame.state.flow.begin(frame, io, (input) => {
      tell(input.text);
      return stop;
    });
    if (effect.kind !== "evaluate") return;
    const { proceed } = frame.work as { proceed(values: readonly Json[]): Effect };
    const values: Json[] = [];
    for (const { template, bindings } of effect.requests) values.push(await template.evaluate(bindings));
    proceed(values);
  } catch (error) {
    if (!(error instanceof StateFailure)) throw error;
  }
}

function attempt(act: () => unknown): void {
  try {
    act();
  } catch (error) {
    if (!(error instanceof StateFailure)) throw error;
  }
}
