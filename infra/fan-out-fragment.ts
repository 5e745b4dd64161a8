import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import {
  CustomState,
  DistributedMap,
  type INextable,
  QueryLanguage,
  type State,
  type StateGraph,
  StateMachineFragment,
} from "aws-cdk-lib/aws-stepfunctions";
import { ArnFormat, Names, Stack } from "aws-cdk-lib/core";
import type { Construct } from "constructs";
import { fanOutStates } from "../lib/definition/fan-out.js";
import { FanoutError } from "../lib/errors.js";
import type { JsonObject } from "../lib/json.js";
import { isToken, makeParts } from "./parts.js";
import type { FanOutFragmentProps, S3Bucket } from "./props.js";

/**
 * A fan-out as a part of a larger state machine, to be chained with other states. Its output is the Map's result or
 * what the gather function returns. The names of its states begin with the id of the fragment.
 *
 * The machine has to speak JSONPath at its top level and, when children are EXPRESS, needs a role of your own whose
 * trust policy has no conditions: `role: new Role(this, "Role", { assumedBy: new ServicePrincipal("states.amazonaws.com") })`.
 *
 * Throws FanoutError `FANOUT_OPTION_INVALID` with one line for each property that is wrong; tokens are not judged.
 */
export class FanOutFragment extends StateMachineFragment {
  readonly startState: State;
  readonly endStates: INextable[];
  /** The function that does the task. */
  readonly task: IFunction;
  /** The function that is invoked at the end. */
  readonly gather: IFunction | undefined;
  /** Where result files go; absent for inline results. */
  readonly resultsBucket: S3Bucket | undefined;

  constructor(scope: Construct, id: string, props: FanOutFragmentProps) {
    super(scope, id);
    // With a label of its own the rights below can name the children without naming the machine.
    const label = props.label ?? Names.uniqueResourceName(this, { maxLength: 40, allowedSpecialCharacters: "-_" });
    const parts = makeParts(this, { ...props, label });
    this.task = parts.task;
    this.gather = parts.gather;
    this.resultsBucket = parts.resultsBucket;

    const { map, gather, states } = fanOutStates(parts.options, parts.refs, { prefix: `${id} `, isToken });
    const statements = [...parts.statements, this.#childRights(label)];
    const start = new FanOutMap(this, map, states[map] ?? {}, statements);
    this.startState = start;
    this.endStates = [start];
    if (gather === undefined) return;
    const last = new CustomState(this, gather, { stateJson: states[gather] ?? {} });
    start.next(last);
    this.endStates = [last];
  }

  /** What the policy that StateMachine adds for a distributed map lacks: executions of children have the label too. */
  #childRights(label: string): PolicyStatement {
    const children = Stack.of(this).formatArn({
      service: "states",
      resource: "execution",
      resourceName: `*/${label}:*`,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    return new PolicyStatement({
      actions: ["states:DescribeExecution", "states:StopExecution"],
      resources: [children],
    });
  }
}

/** The Map state as the builder made it. As a DistributedMap it makes StateMachine add the rights of map runs. */
class FanOutMap extends DistributedMap {
  readonly #state: JsonObject;
  readonly #statements: readonly PolicyStatement[];

  constructor(scope: Construct, id: string, state: JsonObject, statements: readonly PolicyStatement[]) {
    super(scope, id);
    this.#state = state;
    this.#statements = statements;
  }

  override toStateJson(language?: QueryLanguage): object {
    if (language === QueryLanguage.JSONATA) {
      throw new FanoutError(
        "FANOUT_OPTION_INVALID",
        `${this.node.path}: a fan-out needs a state machine whose query language is JSONPath, got: JSONata`,
      );
    }
    return { ...this.#state, ...this.renderRetryCatch(language), ...this.renderNextEnd() };
  }

  /** The builder has checked it. */
  protected override validateState(): string[] {
    return [];
  }

  protected override whenBoundToGraph(graph: StateGraph): void {
    super.whenBoundToGraph(graph);
    for (const statement of this.#statements) graph.registerPolicyStatement(statement);
  }
}
