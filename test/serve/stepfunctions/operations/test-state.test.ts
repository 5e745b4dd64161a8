import { TestStateCommand, type TestStateCommandInput } from "@aws-sdk/client-sfn";
import { describe, expect, test } from "vitest";
import { openEndpoint, PASS, refusal } from "../../endpoint.js";

const { client, create } = await openEndpoint();
const run = async (definition: object, more: Partial<TestStateCommandInput> = {}) => {
  const input = { definition: JSON.stringify(definition), inspectionLevel: "DEBUG", ...more } as const;
  const { $metadata: _, ...answer } = await client.send(new TestStateCommand(input));
  return answer;
};
const json = (text: string | undefined) => JSON.parse(text ?? "null");
const LAMBDA = { Type: "Task", Resource: "arn:aws:states:::lambda:invoke", End: true };
const MOCK_ERROR = { errorOutput: { error: "Mocked", cause: "on purpose" } };

describe("data on its way through a state", () => {
  test("JSONPath: each field in its turn", async () => {
    const state = {
      ...LAMBDA,
      InputPath: "$.in",
      Parameters: { FunctionName: "f", "Payload.$": "$.x" },
      ResultSelector: { "got.$": "$.Payload" },
      ResultPath: "$.out",
      OutputPath: "$.out.got",
    };
    const answer = await run(state, { input: '{"in":{"x":1}}', mock: { result: '{"Payload":[2]}' } });
    expect(answer).toMatchObject({ status: "SUCCEEDED", output: "[2]" });
    const { inspectionData = {} } = answer;
    expect(
      Object.fromEntries(Object.entries(inspectionData).map(([key, value]) => [key, json(value as string)])),
    ).toEqual({
      input: { in: { x: 1 } },
      afterInputPath: { x: 1 },
      afterParameters: { FunctionName: "f", Payload: 1 },
      result: { Payload: [2] },
      afterResultSelector: { got: [2] },
      afterResultPath: { in: { x: 1 }, out: { got: [2] } },
    });
  });

  test("JSONata: arguments, and variables that are given", async () => {
    const state = { ...LAMBDA, QueryLanguage: "JSONata", Arguments: { FunctionName: "f", Payload: "{% $v + 1 %}" } };
    const answer = await run(state, { variables: '{"v":1}', mock: { result: "{}" } });
    expect(json(answer.inspectionData?.afterArguments)).toEqual({ FunctionName: "f", Payload: 2 });
    expect(json(answer.inspectionData?.variables)).toEqual({ v: 1 });
  });

  test("INFO shows none of it", async () => {
    expect(await run({ Type: "Pass", End: true }, { inspectionLevel: "INFO" })).toEqual({
      status: "SUCCEEDED",
      output: "{}",
    });
  });

  test("what is random is the same where it is shown and where it is used", async () => {
    const { output, inspectionData } = await run({ Type: "Pass", Parameters: { "id.$": "States.UUID()" }, End: true });
    expect(json(output).id).toMatch(/^[\w-]{36}$/);
    expect(json(inspectionData?.afterParameters)).toEqual(json(output));
  });

  test("a failure shows how far the data came", async () => {
    const state = { ...LAMBDA, InputPath: "$.in", Parameters: { "a.$": "$.missing" } };
    const { status, error, inspectionData } = await run(state, { input: '{"in":{}}', mock: { result: "{}" } });
    expect([status, error]).toEqual(["FAILED", "States.Runtime"]);
    expect(inspectionData).toEqual({ input: '{"in":{}}', afterInputPath: "{}" });
  });
});

describe("where a state leads to", () => {
  test("Next, and the rule of a Choice", async () => {
    expect(await run({ Type: "Pass", Next: "Elsewhere" })).toMatchObject({
      status: "SUCCEEDED",
      nextState: "Elsewhere",
    });
    const choice = { Type: "Choice", Choices: [{ Variable: "$.n", NumericEquals: 1, Next: "One" }], Default: "Other" };
    expect((await run(choice, { input: '{"n":1}' })).nextState).toBe("One");
    expect((await run(choice, { input: '{"n":2}' })).nextState).toBe("Other");
  });

  test("a Wait is not waited for", async () => {
    expect(await run({ Type: "Wait", Seconds: 86_400, Next: "Later" })).toMatchObject({
      status: "SUCCEEDED",
      nextState: "Later",
    });
  });

  test("a retrier has its turn, then a catcher, then nobody", async () => {
    const state = {
      ...LAMBDA,
      Retry: [{ ErrorEquals: ["Other"] }, { ErrorEquals: ["Mocked"], IntervalSeconds: 3, MaxAttempts: 2 }],
      Catch: [{ ErrorEquals: ["States.ALL"], Next: "Mend", ResultPath: "$.e" }],
    };
    const attempt = (retrierRetryCount: number, definition: object = state) =>
      run(definition, { mock: MOCK_ERROR, stateConfiguration: { retrierRetryCount } });
    expect(await attempt(1)).toMatchObject({
      status: "RETRIABLE",
      error: "Mocked",
      cause: "on purpose",
      inspectionData: { errorDetails: { retryIndex: 1, retryBackoffIntervalSeconds: 6 } },
    });
    const caught = await attempt(2);
    expect(caught).toMatchObject({ status: "CAUGHT_ERROR", error: "Mocked", nextState: "Mend" });
    expect(caught.inspectionData?.errorDetails).toEqual({ retryIndex: 1, catchIndex: 0 });
    expect(json(caught.output)).toEqual({ e: { Error: "Mocked", Cause: "on purpose" } });
    const { Catch: _, ...uncaught } = state;
    expect((await attempt(2, uncaught)).status).toBe("FAILED");
  });
});

describe("a state of a state machine", () => {
  const machine = {
    QueryLanguage: "JSONata",
    StartAt: "Each",
    States: {
      Each: {
        Type: "Map",
        ItemProcessor: {
          StartAt: "Inner",
          States: {
            Inner: { Type: "Pass", Output: "{% $states.context.Map.Item %}", Next: "End" },
            End: { Type: "Succeed" },
          },
        },
        End: true,
      },
    },
  };

  test("is found however deep, with the language of the machine; inside a Map it has an item", async () => {
    const answer = await run(machine, { stateName: "Inner", input: "[7]" });
    expect(answer).toMatchObject({ status: "SUCCEEDED", nextState: "End" });
    expect(json(answer.output)).toEqual({ Index: 0, Value: [7] });
  });

  test("that is not there, or a machine that is not right, is refused", async () => {
    expect(await refusal(run(machine, { stateName: "Nobody" }))).toContain("ValidationException");
    expect(await refusal(run({ StartAt: "A", States: {} }, { stateName: "A" }))).toContain("InvalidDefinition");
  });
});

describe("without a mock", () => {
  test("the services of the endpoint are called", async () => {
    const stateMachineArn = await create("callee", PASS, { type: "EXPRESS" });
    const state = {
      Type: "Task",
      Resource: "arn:aws:states:::aws-sdk:sfn:startSyncExecution",
      Parameters: { StateMachineArn: stateMachineArn, Input: { n: 1 } },
      ResultSelector: { "output.$": "$.Output" },
      End: true,
    };
    expect(json((await run(state)).output)).toEqual({ output: '{"n":1}' });
  });

  test("their failures are those of the state", async () => {
    const answer = await run({ ...LAMBDA, Parameters: { FunctionName: "nobody" } });
    expect(answer).toMatchObject({ status: "FAILED", error: "Lambda.ResourceNotFoundException" });
  });

  test.each([
    ["Map", { Type: "Map", ItemProcessor: PASS, End: true }],
    ["Parallel", { Type: "Parallel", Branches: [PASS], End: true }],
    ["an activity", { Type: "Task", Resource: "arn:aws:states:us-east-1:000000000000:activity:a", End: true }],
    ["a token", { ...LAMBDA, Resource: `${LAMBDA.Resource}.waitForTaskToken` }],
  ])("%s is not run", async (_, state) => {
    expect(await refusal(run(state))).toContain("is only supported when a mock is specified");
  });
});

describe("mocks that are refused", () => {
  const refused = (state: object, more: object) => refusal(run(state, more as Partial<TestStateCommandInput>));

  test("of states that call nothing", async () => {
    expect(await refused({ Type: "Choice", Choices: [], Default: "A" }, { mock: MOCK_ERROR })).toContain("Choices");
    expect(await refused({ Type: "Wait", Seconds: 1, End: true }, { mock: MOCK_ERROR })).toBe(
      "ValidationException: State type 'Wait' is not supported when a mock is specified",
    );
  });

  test("with what does not go together", async () => {
    const mock = { result: "{}" };
    expect(await refused(LAMBDA, { mock: { ...mock, ...MOCK_ERROR } })).toContain("[result, errorOutput]");
    expect(await refused(LAMBDA, { mock, revealSecrets: true })).toContain("does not support RevealSecrets");
    expect(await refused(LAMBDA, { mock: { result: "{" } })).toContain("Mocked result must be valid JSON");
    expect(await refused(LAMBDA, { mock, input: "{" })).toContain("InvalidExecutionInput");
    expect(await refused(LAMBDA, { mock, variables: "[]" })).toContain("Variables must be a JSON object");
  });

  test("with results that the API does not have, unless nobody looks", async () => {
    const start = { Type: "Task", Resource: "arn:aws:states:::states:startExecution", Parameters: {}, End: true };
    const state = { ...start, Parameters: { StateMachineArn: "arn:aws:states:us-east-1:0:stateMachine:a" } };
    const result = '{"ExecutionArn":7}';
    const schema = "ValidationException: Mock result schema validation error: ";
    expect(await refused(state, { mock: { result } })).toBe(`${schema}Required field 'StartDate' is missing`);
    expect(await refused(state, { mock: { result, fieldValidationMode: "PRESENT" } })).toBe(
      `${schema}Field 'ExecutionArn' must be a string`,
    );
    const none = await run(state, { mock: { result, fieldValidationMode: "NONE" } });
    expect(none.output).toBe(result);
  });

  test("with context objects that are none", async () => {
    const prefix = "ValidationException: Invalid Context object provided: ";
    const mock = { result: "{}" };
    const context = (value: unknown) => refused(LAMBDA, { mock, context: JSON.stringify(value) });
    expect(await context({ Task: { Token: "t" } })).toContain("Context object contains 'Task' when state is not");
    expect(await context({ Map: {} })).toBe(`${prefix}'Map' field is not supported when mocking a Context object`);
    expect(await context({ State: { RetryCount: "1" } })).toBe(`${prefix}State.RetryCount must be a number`);
    expect(await context({ constructor: {} })).toBe(`${prefix}Field 'constructor' is not allowed`);
    expect(await context([])).toContain("must be a JSON object");
  });
});

test("a Map fails when more of its iterations do than it tolerates", async () => {
  const processor = { ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "STANDARD" }, ...PASS };
  const map = { Type: "Map", ItemProcessor: processor, ToleratedFailurePercentage: 50, MaxConcurrency: 4, End: true };
  const attempt = (mapIterationFailureCount: number) =>
    run(map, { input: "[1,2]", mock: { result: "[1,2]" }, stateConfiguration: { mapIterationFailureCount } });
  expect(await attempt(1)).toMatchObject({
    status: "SUCCEEDED",
    inspectionData: { maxConcurrency: 4, toleratedFailurePercentage: 50 },
  });
  expect(await attempt(2)).toMatchObject({ status: "FAILED", error: "States.ExceedToleratedFailureThreshold" });
  expect(await refusal(attempt(3))).toContain("Map iteration failure count must be less than or equal");
});
