import type { Metric, MetricOptions } from "aws-cdk-lib/aws-cloudwatch";
import {
  type Grant,
  type IGrantable,
  type IRole,
  Policy,
  PolicyStatement,
  Role,
  ServicePrincipal,
} from "aws-cdk-lib/aws-iam";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import { LogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import { DefinitionBody, LogLevel, type LogOptions, StateMachine } from "aws-cdk-lib/aws-stepfunctions";
import { ArnFormat, CfnOutput, Names, RemovalPolicy, Stack } from "aws-cdk-lib/core";
import { Construct } from "constructs";
import { fanOut } from "../lib/definition/fan-out.js";
import { isToken, makeParts } from "./parts.js";
import type { FanOutFragmentProps, S3Bucket } from "./props.js";

/** Properties of a fan-out that is a state machine of its own. */
export interface FanOutProps extends FanOutFragmentProps {
  /**
   * Name of the state machine.
   *
   * @default - CloudFormation makes one
   */
  readonly stateMachineName?: string;

  /**
   * Where and how much the state machine logs.
   *
   * @default - all events, without data, to a log group made for them
   */
  readonly logs?: LogOptions;

  /**
   * Whether executions are traced with X-Ray.
   *
   * @default true
   */
  readonly tracingEnabled?: boolean;

  /**
   * The role of the state machine, which gets the rights it needs. Its trust policy must not have conditions on
   * `aws:SourceArn` or `aws:SourceAccount` when children are EXPRESS: they come from another source.
   *
   * @default - one is made
   */
  readonly role?: IRole;
}

/**
 * A state machine that does a task on many items and gathers the results, with all it needs: the function, a bucket
 * for the results, a role with exactly the rights, logs, traces and outputs.
 *
 * Throws FanoutError `FANOUT_OPTION_INVALID` with one line for each property that is wrong; tokens are not judged.
 */
export class FanOut extends Construct {
  readonly stateMachine: StateMachine;
  /** The function that does the task. */
  readonly task: IFunction;
  /** The function that is invoked at the end. */
  readonly gather: IFunction | undefined;
  /** Where result files go; absent for inline results. */
  readonly resultsBucket: S3Bucket | undefined;
  /** The role of the state machine. */
  readonly role: IRole;

  readonly #resultsPrefix: string | undefined;

  constructor(scope: Construct, id: string, props: FanOutProps) {
    super(scope, id);
    const { stateMachineName, logs, tracingEnabled = true, role, ...rest } = props;
    const parts = makeParts(this, rest);
    const definition = fanOut(parts.options, parts.refs, { isToken });
    this.task = parts.task;
    this.gather = parts.gather;
    this.resultsBucket = parts.resultsBucket;
    this.#resultsPrefix = typeof rest.results === "object" ? rest.results.prefix : undefined;

    // Not the role that StateMachine would make: its trust policy has conditions that EXPRESS children do not meet.
    this.role = role ?? new Role(this, "Role", { assumedBy: new ServicePrincipal("states.amazonaws.com") });
    for (const statement of parts.statements) this.role.addToPrincipalPolicy(statement);

    this.stateMachine = new StateMachine(this, "Resource", {
      definitionBody: DefinitionBody.fromString(Stack.of(this).toJsonString(definition)),
      role: this.role,
      logs: logs ?? this.#allLogs(props.removalPolicy),
      tracingEnabled,
      ...(stateMachineName === undefined ? {} : { stateMachineName }),
    });
    this.#allowMapRuns(rest.label ?? "*");
    this.#output();
  }

  /** Allows to start executions. */
  grantStart(grantee: IGrantable): Grant {
    return this.stateMachine.grantStartExecution(grantee);
  }

  /** Allows to see executions and map runs and, where there are result files, to read them. */
  grantRead(grantee: IGrantable): Grant {
    const grant = this.stateMachine.grantRead(grantee);
    const keys = this.#resultsPrefix === undefined ? "*" : `${this.#resultsPrefix}/*`;
    return this.resultsBucket === undefined ? grant : grant.combine(this.resultsBucket.grantRead(grantee, keys));
  }

  /** Executions that started. */
  metricStarted(options?: MetricOptions): Metric {
    return this.stateMachine.metricStarted(options);
  }

  /** Executions that succeeded. */
  metricSucceeded(options?: MetricOptions): Metric {
    return this.stateMachine.metricSucceeded(options);
  }

  /** Executions that failed. */
  metricFailed(options?: MetricOptions): Metric {
    return this.stateMachine.metricFailed(options);
  }

  /** Executions that timed out. */
  metricTimedOut(options?: MetricOptions): Metric {
    return this.stateMachine.metricTimedOut(options);
  }

  /** Executions that were stopped. */
  metricAborted(options?: MetricOptions): Metric {
    return this.stateMachine.metricAborted(options);
  }

  /** Time from start to end of an execution, in ms. */
  metricExecutionTime(options?: MetricOptions): Metric {
    return this.stateMachine.metricTime(options);
  }

  #allLogs(removalPolicy: RemovalPolicy = RemovalPolicy.RETAIN): LogOptions {
    const destination = new LogGroup(this, "Logs", {
      // Outside this prefix each log group takes room in a resource policy, which has little.
      logGroupName: `/aws/vendedlogs/states/${Names.uniqueResourceName(this, { maxLength: 80, separator: "-" })}`,
      retention: RetentionDays.ONE_MONTH,
      removalPolicy,
    });
    return { destination, level: LogLevel.ALL };
  }

  /**
   * What a map run does in the name of the role: it starts its children as executions of the machine itself, watches,
   * stops and redrives them. These rights name the machine, so they cannot be in a policy that the machine waits for.
   */
  #allowMapRuns(label: string): void {
    const { stateMachineArn, stateMachineName } = this.stateMachine;
    const executions = (name: string) =>
      Stack.of(this).formatArn({
        service: "states",
        resource: "execution",
        resourceName: `${name}:*`,
        arnFormat: ArnFormat.COLON_RESOURCE_NAME,
      });
    const children = executions(`${stateMachineName}/${label}`);
    const policy = new Policy(this, "MapRunPolicy", {
      statements: [
        new PolicyStatement({ actions: ["states:StartExecution"], resources: [stateMachineArn] }),
        new PolicyStatement({
          actions: ["states:DescribeExecution", "states:StopExecution"],
          resources: [executions(stateMachineName), children],
        }),
        new PolicyStatement({ actions: ["states:RedriveExecution"], resources: [children] }),
      ],
    });
    this.role.attachInlinePolicy(policy);
  }

  #output(): void {
    new CfnOutput(this, "StateMachineArn", { value: this.stateMachine.stateMachineArn });
    new CfnOutput(this, "TaskFunctionName", { value: this.task.functionName });
    if (this.resultsBucket !== undefined) {
      new CfnOutput(this, "ResultsBucketName", { value: this.resultsBucket.bucketName });
    }
  }
}
