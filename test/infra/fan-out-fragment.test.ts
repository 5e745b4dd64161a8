import { Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import {
  Chain,
  DefinitionBody,
  type Parallel,
  Pass,
  QueryLanguage,
  StateMachine,
  Succeed,
} from "aws-cdk-lib/aws-stepfunctions";
import type { Stack } from "aws-cdk-lib/core";
import { describe, expect, it } from "vitest";
import { FanOutFragment, type FanOutFragmentProps } from "../../infra/index.js";
import { fanOutStates } from "../../lib/definition/fan-out.js";
import type { JsonObject } from "../../lib/json.js";
import { definition, newFunction, newStack, statements } from "./synth.js";

function fragment(stack: Stack, id: string, props: Partial<FanOutFragmentProps> = {}): FanOutFragment {
  return new FanOutFragment(stack, id, { task: newFunction(stack, `${id}Fn`), items: { from: "input" }, ...props });
}

function machine(stack: Stack, chain: Chain, queryLanguage?: QueryLanguage): void {
  const role = new Role(stack, "Role", { assumedBy: new ServicePrincipal("states.amazonaws.com") });
  new StateMachine(stack, "Machine", {
    definitionBody: DefinitionBody.fromChainable(chain),
    role,
    ...(queryLanguage === undefined ? {} : { queryLanguage }),
  });
}

describe("a fan-out inside a larger machine", () => {
  it("has the builder's states between the others", () => {
    const stack = newStack();
    const thumbs = fragment(stack, "Thumbs", {
      gather: newFunction(stack, "Sum"),
      label: "thumbs",
      batch: { items: 5 },
    });
    machine(stack, new Pass(stack, "Before").next(thumbs).next(new Succeed(stack, "After")));

    const { states } = fanOutStates(
      { items: { from: "input" }, label: "thumbs", batch: { items: 5 }, results: {} },
      { task: "<ThumbsFn.Arn>", gather: "<Sum.Arn>", resultsBucket: "<ThumbsResults>", partition: "<AWS::Partition>" },
      { prefix: "Thumbs " },
    );
    expect(definition(stack, "Machine")).toEqual({
      StartAt: "Before",
      States: {
        Before: { Type: "Pass", Next: "Thumbs FanOut" },
        "Thumbs FanOut": { ...states["Thumbs FanOut"], Next: "Thumbs Gather" },
        "Thumbs Gather": { ...states["Thumbs Gather"], Next: "After" },
        After: { Type: "Succeed" },
      },
    });
  });

  it("brings its rights to the machine's role, those over its children included", () => {
    const stack = newStack();
    machine(stack, Chain.start(fragment(stack, "Thumbs", { label: "thumbs" })));
    const executions = "arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:execution:";
    expect(statements(stack, "RoleDefaultPolicy")).toEqual([
      { Effect: "Allow", Action: "lambda:InvokeFunction", Resource: ["<ThumbsFn.Arn>", "<ThumbsFn.Arn>:*"] },
      expect.objectContaining({ Resource: "<ThumbsResults.Arn>/*" }),
      {
        Effect: "Allow",
        Action: ["states:DescribeExecution", "states:StopExecution"],
        Resource: `${executions}*/thumbs:*`,
      },
    ]);
    const policy = JSON.stringify(statements(stack, "MachineDistributedMapPolicy"));
    expect(policy).toContain("states:StartExecution");
    expect(policy).toContain("/thumbs:*");
  });

  it("can be there twice: state names and labels differ", () => {
    const stack = newStack();
    const options = { batch: { items: 2 }, itemRetry: {} };
    machine(stack, Chain.start(fragment(stack, "One", options)).next(fragment(stack, "Two", options)));
    const maps = (definition(stack, "Machine") as { States: Record<string, JsonObject> }).States;
    const inner = Object.values(maps).flatMap(({ ItemProcessor }) =>
      Object.keys((ItemProcessor as JsonObject).States ?? {}),
    );
    expect(new Set([...Object.keys(maps), ...inner]).size).toBe(2 + 2 * 6);
    const labels = Object.values(maps).map(({ Label }) => Label as string);
    expect(new Set(labels).size).toBe(2);
    for (const label of labels) expect(label).toMatch(/^[\w-]{1,40}$/);
  });

  it("can be one state, with a place for its result", () => {
    const stack = newStack();
    const one = fragment(stack, "Thumbs").toSingleState({ stateId: "All thumbs", resultPath: "$.thumbs" });
    machine(stack, new Pass(stack, "Before").next(one));
    expect(definition(stack, "Machine")).toMatchObject({
      States: { "All thumbs": { Type: "Parallel", ResultPath: "$.thumbs" } },
    });
  });

  it("can be retried and caught as any Map", () => {
    const stack = newStack();
    const thumbs = fragment(stack, "Thumbs", { results: "inline" });
    const start = thumbs.startState as Parallel;
    start.addRetry({ errors: ["States.ItemReaderFailed"], maxAttempts: 1 });
    start.addCatch(new Succeed(stack, "Enough"));
    machine(stack, Chain.start(thumbs));
    expect(definition(stack, "Machine")).toMatchObject({
      States: {
        "Thumbs FanOut": {
          Retry: [{ ErrorEquals: ["States.ItemReaderFailed"], MaxAttempts: 1 }],
          Catch: [{ ErrorEquals: ["States.ALL"], Next: "Enough" }],
          End: true,
        },
      },
    });
  });

  it("is refused in a machine that speaks JSONata", () => {
    const stack = newStack();
    expect(() => machine(stack, Chain.start(fragment(stack, "Thumbs")), QueryLanguage.JSONATA)).toThrow(
      "Stack/Thumbs/Thumbs FanOut: a fan-out needs a state machine whose query language is JSONPath, got: JSONata",
    );
  });

  it("is refused with wrong options", () => {
    expect(() => fragment(newStack(), "Thumbs", { batch: {} })).toThrow(
      "batch must be given items, bytes or both, got: {}",
    );
  });
});
