import { seededRandom } from "../../../adapters/random.js";
import { type Json, JsonText } from "../../../json.js";
import { type ExecutionInfo, Frame, type MapRunRequest, StateFailure, type StepIo } from "../../../machine/index.js";
import { integrationOf } from "../../../machine/states/integration.js";
import { invalid } from "../api-error.js";
import type { Context } from "../context.js";
import { checkContext, defaultContext } from "../test-state/context-object.js";
import { inspect } from "../test-state/inspection.js";
import { checkMockedResult } from "../test-state/mock-schema.js";
import {
  checkCombination,
  checkInput,
  jsonOf,
  type Mock,
  type TestStateRequest,
  variablesOf,
} from "../test-state/request.js";
import { type Answer, runState, type TestEnd, type World } from "../test-state/run.js";
import { STATE_NAME, type Subject, subjectOf } from "../test-state/subject.js";

/** Kinds of states whose answer can be made up. */
const MOCKABLE = ["Task", "Parallel", "Map"];

export function testStateOperations(context: Context) {
  return {
    async TestState(request: TestStateRequest) {
      checkCombination(request);
      const { input = "{}", mock, inspectionLevel = "INFO", stateConfiguration = {} } = request;
      checkInput(input);
      const subject = subjectOf(request.definition, request.stateName);
      const { start: state } = subject.program;
      if (mock !== undefined && !MOCKABLE.includes(state.type)) {
        throw invalid(`State type '${state.type}' is not supported when a mock is specified`);
      }
      if (mock === undefined) needsMock(subject);
      const variables = variablesOf(request.variables);
      const make = frameMaker(context, subject, request, variables);
      const result = mock?.result === undefined ? undefined : mockedResult(subject, mock, mock.result);
      checkFailureCount(stateConfiguration.mapIterationFailureCount, result);
      const [frame, io] = make();
      const end = await runState(frame, io, worldOf(context, request, result));
      const [untouched, sameIo] = make();
      const inspected = { frame: untouched, io: sameIo, definition: subject.definition, end, variables };
      return { ...answer(end), ...(inspectionLevel === "INFO" ? {} : { inspectionData: await inspect(inspected) }) };
    },
  };
}

function answer({ status, output, failure, nextState }: TestEnd): object {
  return {
    status,
    ...(output === undefined ? {} : { output: output.text }),
    ...(failure === undefined || failure.error === "" ? {} : { error: failure.error }),
    ...(failure?.reason === undefined ? {} : { cause: failure.reason }),
    ...(nextState === undefined ? {} : { nextState }),
  };
}

/** What cannot be run alone needs its answer to be made up. */
function needsMock({ program, definition }: Subject): void {
  const { type } = program.start;
  const isJob = type === "Task" && program.start.hasToken;
  if (type !== "Map" && type !== "Parallel" && !isJob) return;
  const what = isJob ? `Task with resource '${definition["Resource"]}'` : type;
  throw invalid(`State type '${what}' is only supported when a mock is specified`);
}

/** Makes frames that stand before the state, all alike: chance repeats itself. */
function frameMaker(
  { engine, region, account }: Context,
  { program, insideMap }: Subject,
  request: TestStateRequest,
  variables: ReadonlyMap<string, Json>,
): () => [Frame, StepIo] {
  const { clock, random } = engine.ports;
  const state = program.start;
  const input = new JsonText(request.input ?? "{}");
  const retryCount = request.stateConfiguration?.retrierRetryCount ?? 0;
  const seed = random.uuid();
  const now = clock.now();
  const token = state.hasToken ? random.uuid() : undefined;
  const contextObject =
    request.context === undefined
      ? defaultContext({
          ...{ region, account, roleArn: request.roleArn, now, token, insideMap },
          input: input.value,
          retryCount: state.canRetry ? retryCount : undefined,
          uuid: () => random.uuid(),
        })
      : checkContext(jsonOf(request.context, "Context"), { hasToken: state.hasToken, insideMap });
  const execution: ExecutionInfo = {
    arn: "",
    name: "",
    input,
    startTime: now,
    roleArn: request.roleArn ?? "",
    stateMachineArn: "",
    stateMachineName: STATE_NAME,
    type: "STANDARD",
    redriveCount: undefined,
    region,
    contextObject,
  };
  return () => {
    const chance = seededRandom(seed);
    const outer = { own: variables, outer: null };
    const frame = new Frame(execution, program, input, null, 0, null, outer, 0);
    frame.retryCount = retryCount;
    frame.retriesByRetrier = state.retriers.map(() => retryCount);
    const io: StepIo = {
      now,
      keepsHistory: false,
      recall: null,
      record: () => 0,
      random: () => chance.next(),
      uuid: () => chance.uuid(),
      newTaskToken: () => token ?? "",
    };
    return [frame, io];
  };
}

/** Throws ValidationException for a result that the state could not get. */
function mockedResult({ program, definition }: Subject, { fieldValidationMode }: Mock, text: string): JsonText {
  const { type } = program.start;
  const value = jsonOf(text, "Mocked result");
  if (type === "Task") {
    const { name, pattern } = integrationOf(String(definition["Resource"]));
    if (pattern === "requestResponse") checkMockedResult(value, name, fieldValidationMode ?? "STRICT");
  } else {
    if (!Array.isArray(value)) throw invalid("Mocked result must be an array.");
    const { Branches: branches } = definition;
    if (type === "Parallel" && Array.isArray(branches) && branches.length !== value.length) {
      throw invalid("Mocked result must contain the same number of items as number of Parallel branches.");
    }
  }
  return new JsonText(text);
}

function checkFailureCount(count: number | undefined, result: JsonText | undefined): void {
  const items = result?.value;
  if (count === undefined || !Array.isArray(items) || count <= items.length) return;
  throw invalid("Map iteration failure count must be less than or equal to the number of Map iterations");
}

function worldOf(context: Context, request: TestStateRequest, result: JsonText | undefined): World {
  const { errorOutput } = request.mock ?? {};
  const mocked: Answer | undefined =
    errorOutput !== undefined
      ? { failure: new StateFailure(errorOutput.error ?? "", errorOutput.cause) }
      : result && { result };
  const failures = request.stateConfiguration?.mapIterationFailureCount ?? 0;
  return {
    task: async (task) => mocked ?? (await context.callOnce(task)),
    children: (mapRun) => {
      if (mapRun !== undefined && result !== undefined && exceeds(mapRun, failures, result))
        return { failure: THRESHOLD };
      return mocked ?? { failure: new StateFailure("States.Runtime", "There is no mocked result.") };
    },
  };
}

const THRESHOLD = new StateFailure(
  "States.ExceedToleratedFailureThreshold",
  "The specified tolerated failure threshold was exceeded",
);

/** A Map that tolerates nothing in so many words is not held to it, as recorded. */
function exceeds(
  { toleratedFailureCount, toleratedFailurePercentage }: MapRunRequest,
  failures: number,
  result: JsonText,
): boolean {
  if (toleratedFailureCount !== undefined && failures > toleratedFailureCount) return true;
  const items = result.value;
  if (toleratedFailurePercentage === undefined || !Array.isArray(items) || items.length === 0) return false;
  return (failures / items.length) * 100 > toleratedFailurePercentage;
}
