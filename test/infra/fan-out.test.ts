import { Template } from "aws-cdk-lib/assertions";
import { AccountRootPrincipal, Role } from "aws-cdk-lib/aws-iam";
import { Key } from "aws-cdk-lib/aws-kms";
import { Bucket } from "aws-cdk-lib/aws-s3";
import { LogLevel } from "aws-cdk-lib/aws-stepfunctions";
import { CfnParameter, RemovalPolicy, type Stack } from "aws-cdk-lib/core";
import { describe, expect, it } from "vitest";
import { FanOut, type FanOutProps } from "../../infra/index.js";
import { fanOut } from "../../lib/definition/fan-out.js";
import type { JsonObject } from "../../lib/json.js";
import { definition, newFunction, newStack, resolve, resource, statements } from "./synth.js";

const LOGS_AND_TRACES = {
  Effect: "Allow",
  Action: expect.arrayContaining(["logs:CreateLogDelivery"]),
  Resource: "*",
};
const TRACES = { Effect: "Allow", Action: expect.arrayContaining(["xray:PutTraceSegments"]), Resource: "*" };
const INVOKE = { Effect: "Allow", Action: "lambda:InvokeFunction", Resource: ["<Fn.Arn>", "<Fn.Arn>:*"] };
const WRITE = {
  Effect: "Allow",
  Action: ["s3:PutObject", "s3:GetObject", "s3:ListMultipartUploadParts", "s3:AbortMultipartUpload"],
  Resource: "<NearestResults.Arn>/*",
};

/** A stack with one fan-out over an existing function. */
function stackOf(props: (stack: Stack) => Partial<FanOutProps> = () => ({})): { stack: Stack; nearest: FanOut } {
  const stack = newStack();
  const nearest = new FanOut(stack, "Nearest", {
    task: newFunction(stack),
    items: { from: "input" },
    ...props(stack),
  });
  return { stack, nearest };
}

/** The statements of the machine's role besides those over the machine itself. */
function rights(stack: Stack): unknown[] {
  return statements(stack, "NearestRoleDefaultPolicy") as unknown[];
}

describe("the definition", () => {
  it("is the builder's, with the names of the resources in it", () => {
    const options = {
      items: { from: "s3", key: "c.jsonl", format: "JSONL" },
      batch: { items: 10 },
      label: "near",
    } as const;
    const { stack } = stackOf((scope) => ({
      ...options,
      items: { ...options.items, bucket: new Bucket(scope, "Data") },
      gather: newFunction(scope, "Sum"),
      results: { prefix: "runs" },
    }));
    expect(definition(stack, "Nearest")).toEqual(
      fanOut(
        { ...options, items: { ...options.items, bucket: "<Data>" }, results: { prefix: "runs" } },
        { task: "<Fn.Arn>", gather: "<Sum.Arn>", resultsBucket: "<NearestResults>", partition: "<AWS::Partition>" },
      ),
    );
  });

  it("writes result files to a bucket made for them, whatever the feature flags say", () => {
    const { stack, nearest } = stackOf();
    expect(definition(stack, "Nearest")).toMatchObject({
      States: { FanOut: { ResultWriter: { Parameters: { Bucket: "<NearestResults>" } } } },
    });
    expect(resource(stack, "AWS::S3::Bucket", "NearestResults")).toMatchObject({
      DeletionPolicy: "Retain",
      Properties: { PublicAccessBlockConfiguration: { BlockPublicAcls: true } },
    });
    expect(stack.resolve(nearest.resultsBucket?.bucketName)).toBeDefined();
  });

  it("writes result files to the given bucket, which is not made", () => {
    const { stack } = stackOf(() => ({ results: { bucket: "mine" } }));
    Template.fromStack(stack).resourceCountIs("AWS::S3::Bucket", 0);
    expect(definition(stack, "Nearest")).toMatchObject({
      States: { FanOut: { ResultWriter: { Parameters: { Bucket: "mine" } } } },
    });
  });

  it("has no result files when results are inline", () => {
    const { stack, nearest } = stackOf(() => ({ results: "inline" }));
    expect(JSON.stringify(definition(stack, "Nearest"))).not.toContain("ResultWriter");
    expect(nearest.resultsBucket).toBeUndefined();
    expect(rights(stack)).toEqual([INVOKE, LOGS_AND_TRACES, TRACES]);
  });

  it("may hold tokens where options are numbers or texts", () => {
    const { stack } = stackOf((scope) => ({
      maxConcurrency: new CfnParameter(scope, "Concurrency", { type: "Number" }).valueAsNumber,
      label: new CfnParameter(scope, "Label").valueAsString,
    }));
    const machine = resolve(
      Object.values(Template.fromStack(stack).findResources("AWS::StepFunctions::StateMachine"))[0]?.Properties,
    ) as { DefinitionString: string };
    expect(machine.DefinitionString).toContain('"MaxConcurrency":<Concurrency>,"Label":"<Label>"');
  });
});

describe("the role", () => {
  it("can be assumed for executions of every kind: its trust has no conditions", () => {
    const { stack } = stackOf();
    const { AssumeRolePolicyDocument } = resource(stack, "AWS::IAM::Role", "NearestRole").Properties as JsonObject;
    expect(AssumeRolePolicyDocument).toMatchObject({
      Statement: [{ Action: "sts:AssumeRole", Effect: "Allow", Principal: { Service: "states.amazonaws.com" } }],
    });
    expect(JSON.stringify(AssumeRolePolicyDocument)).not.toContain("Condition");
  });

  it("may start, watch, stop and redrive the children, by a policy that the machine does not wait for", () => {
    const { stack } = stackOf();
    const executions = "arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:execution:<Nearest.Name>";
    expect(statements(stack, "NearestMapRunPolicy")).toEqual([
      { Effect: "Allow", Action: "states:StartExecution", Resource: "<Nearest>" },
      {
        Effect: "Allow",
        Action: ["states:DescribeExecution", "states:StopExecution"],
        Resource: [`${executions}:*`, `${executions}/*:*`],
      },
      { Effect: "Allow", Action: "states:RedriveExecution", Resource: `${executions}/*:*` },
    ]);
    const { DependsOn } = resource(stack, "AWS::StepFunctions::StateMachine", "Nearest");
    expect(JSON.stringify(DependsOn)).not.toContain("MapRunPolicy");
  });

  it("may do so only under the label when there is one", () => {
    const { stack } = stackOf(() => ({ label: "near" }));
    const text = JSON.stringify(statements(stack, "NearestMapRunPolicy"));
    expect(text.match(/<Nearest.Name>\/near:\*/g)).toHaveLength(2);
    expect(text).not.toContain("/*:*");
  });

  it("may invoke the functions and write the results, and no more", () => {
    const { stack } = stackOf();
    expect(rights(stack)).toEqual([INVOKE, WRITE, LOGS_AND_TRACES, TRACES]);
  });

  it("may write results only below their prefix, and the gather function may read them there", () => {
    const { stack } = stackOf((scope) => ({ results: { prefix: "runs" }, gather: newFunction(scope, "Sum") }));
    expect(rights(stack)).toEqual([
      { ...INVOKE, Resource: ["<Fn.Arn>", "<Fn.Arn>:*", "<Sum.Arn>", "<Sum.Arn>:*"] },
      { ...WRITE, Resource: "<NearestResults.Arn>/runs/*" },
      LOGS_AND_TRACES,
      TRACES,
    ]);
    expect(statements(stack, "SumServiceRoleDefaultPolicy")).toEqual([
      {
        Effect: "Allow",
        Action: expect.arrayContaining(["s3:GetObject*"]),
        Resource: ["<NearestResults.Arn>", "<NearestResults.Arn>/runs/*"],
      },
    ]);
  });

  it.each<[string, FanOutProps["items"], object[]]>([
    [
      "the one object",
      { from: "s3", bucket: "data", key: "c.csv", format: "CSV" },
      [{ Action: "s3:GetObject", Resource: "arn:<AWS::Partition>:s3:::data/c.csv" }],
    ],
    [
      "any object where the input names it",
      { from: "s3", bucket: "data", key: { path: "$.key" }, format: "CSV" },
      [{ Action: "s3:GetObject", Resource: "arn:<AWS::Partition>:s3:::data/*" }],
    ],
    [
      "the listing",
      { from: "s3-listing", bucket: "data" },
      [{ Action: "s3:ListBucket", Resource: "arn:<AWS::Partition>:s3:::data" }],
    ],
    [
      "the listing of a prefix and the objects in it",
      { from: "s3-listing", bucket: "data", prefix: "in/", load: { format: "JSONL" } },
      [
        {
          Action: "s3:ListBucket",
          Resource: "arn:<AWS::Partition>:s3:::data",
          Condition: { StringLike: { "s3:prefix": "in/*" } },
        },
        { Action: "s3:GetObject", Resource: "arn:<AWS::Partition>:s3:::data/in/*" },
      ],
    ],
    [
      "what an inventory may name",
      { from: "s3-inventory", bucket: "data", key: "in/manifest.json" },
      [{ Action: "s3:GetObject", Resource: "arn:<AWS::Partition>:s3:::data/*" }],
    ],
    [
      "what a manifest of Athena may name",
      { from: "athena-manifest", bucket: "data", key: "q-manifest.csv", format: "PARQUET" },
      [{ Action: "s3:GetObject", Resource: "arn:<AWS::Partition>:s3:::data/*" }],
    ],
  ])("may read %s", (_, items, reads) => {
    const { stack } = stackOf(() => ({ items, results: "inline" }));
    const allowed = reads.map((read) => ({ Effect: "Allow", ...read }));
    expect(rights(stack)).toEqual([INVOKE, ...allowed, LOGS_AND_TRACES, TRACES]);
  });

  it("may read the buckets that inputs can name, and use their keys", () => {
    const { stack } = stackOf((scope) => ({
      items: { from: "s3", bucket: { path: "$.bucket" }, key: "c.json", format: "JSON" },
      itemsBuckets: [
        Bucket.fromBucketName(scope, "A", "one"),
        new Bucket(scope, "B", { encryptionKey: new Key(scope, "Key") }),
      ],
      results: "inline",
    }));
    expect(rights(stack)).toEqual([
      INVOKE,
      {
        Effect: "Allow",
        Action: "s3:GetObject",
        Resource: ["arn:<AWS::Partition>:s3:::one/c.json", "<B.Arn>/c.json"],
      },
      { Effect: "Allow", Action: "kms:Decrypt", Resource: "<Key.Arn>" },
      LOGS_AND_TRACES,
      TRACES,
    ]);
  });

  it("may encrypt results in a bucket with a key", () => {
    const { stack } = stackOf((scope) => ({
      results: { bucket: new Bucket(scope, "Out", { encryptionKey: new Key(scope, "Key") }) },
    }));
    expect(rights(stack)).toContainEqual({
      Effect: "Allow",
      Action: ["kms:Decrypt", "kms:GenerateDataKey"],
      Resource: "<Key.Arn>",
    });
  });

  it("can be given", () => {
    const { stack, nearest } = stackOf((scope) => ({
      role: new Role(scope, "Mine", { assumedBy: new AccountRootPrincipal() }),
    }));
    expect(statements(stack, "MineDefaultPolicy")).toEqual([INVOKE, WRITE, LOGS_AND_TRACES, TRACES]);
    expect(stack.resolve(nearest.role.roleArn)).toEqual({ "Fn::GetAtt": [expect.stringMatching(/^Mine/), "Arn"] });
    expect(resource(stack, "AWS::IAM::Policy", "NearestMapRunPolicy").Properties).toMatchObject({ Roles: ["<Mine>"] });
  });
});

describe("the state machine", () => {
  it("logs all events and is traced", () => {
    const { stack } = stackOf();
    expect(resource(stack, "AWS::StepFunctions::StateMachine", "Nearest").Properties).toMatchObject({
      LoggingConfiguration: {
        Level: "ALL",
        Destinations: [{ CloudWatchLogsLogGroup: { LogGroupArn: "<NearestLogs.Arn>" } }],
      },
      TracingConfiguration: { Enabled: true },
    });
    expect(resource(stack, "AWS::Logs::LogGroup", "NearestLogs").Properties).toMatchObject({
      LogGroupName: expect.stringMatching(/^\/aws\/vendedlogs\/states\/Stack-Nearest/),
    });
  });

  it("can have a name, other logs and no traces", () => {
    const { stack } = stackOf(() => ({
      stateMachineName: "nearest",
      tracingEnabled: false,
      logs: { level: LogLevel.OFF },
    }));
    const { Properties } = resource(stack, "AWS::StepFunctions::StateMachine", "Nearest");
    expect(Properties).toMatchObject({ StateMachineName: "nearest" });
    expect(Properties).not.toHaveProperty("TracingConfiguration.Enabled", true);
    Template.fromStack(stack).resourceCountIs("AWS::Logs::LogGroup", 0);
  });

  it("goes with its results and logs when that is asked for", () => {
    const { stack } = stackOf(() => ({ removalPolicy: RemovalPolicy.DESTROY }));
    expect(resource(stack, "AWS::S3::Bucket", "NearestResults").DeletionPolicy).toBe("Delete");
    expect(resource(stack, "AWS::Logs::LogGroup", "NearestLogs").DeletionPolicy).toBe("Delete");
  });

  it("tells where things are", () => {
    const { stack } = stackOf();
    const outputs = Object.values(Template.fromStack(stack).findOutputs("*")).map((output) => resolve(output.Value));
    expect(outputs.sort()).toEqual(["<Fn>", "<Nearest>", "<NearestResults>"]);
  });
});

describe("a task given as a source file", () => {
  it("becomes a function of the newest runtime, traced and with time enough", () => {
    const stack = newStack();
    new FanOut(stack, "Nearest", { task: "functions/nearest.ts", items: { from: "input" }, taskTimeoutSeconds: 90 });
    expect(resource(stack, "AWS::Lambda::Function", "NearestTask").Properties).toMatchObject({
      Runtime: "nodejs24.x",
      Handler: "index.handler",
      Architectures: ["arm64"],
      MemorySize: 1_769,
      Timeout: 90,
      TracingConfig: { Mode: "Active" },
      LoggingConfig: { LogGroup: "<NearestTaskLogs>" },
    });
  });

  it("takes other settings", () => {
    const stack = newStack();
    new FanOut(stack, "Nearest", {
      task: "functions/nearest.ts",
      gather: "functions/nearest.ts",
      items: { from: "input" },
      functionProps: { memorySize: 512, environment: { NAME: "1" } },
    });
    for (const id of ["NearestTask", "NearestGather"]) {
      expect(resource(stack, "AWS::Lambda::Function", id).Properties).toMatchObject({
        MemorySize: 512,
        Timeout: 60,
        Environment: { Variables: { NAME: "1" } },
      });
    }
  });
});

describe("mistakes in the properties", () => {
  it("are told at once, one a line, the construct's own among them", () => {
    const make = () =>
      stackOf(() => ({
        items: { from: "s3", bucket: { path: "$.bucket" }, key: "k", format: "CSV" },
        maxConcurrency: -1,
        functionProps: {},
      }));
    expect(make).toThrow(
      [
        "maxConcurrency must be an integer of at least 0, got: -1",
        "itemsBuckets must be given where the input names the bucket of the items, got: nothing",
        "functionProps must be left out where no function is made, got: an object",
      ].join("\n"),
    );
    expect(make).toThrow(expect.objectContaining({ code: "FANOUT_OPTION_INVALID" }));
  });

  it.each([undefined, null, {}, { from: "s3" }, "input"])("are found where items are %j", (items) => {
    expect(() => stackOf(() => ({ items: items as never }))).toThrow(/^items/);
  });

  it("include no task", () => {
    expect(() => stackOf(() => ({ task: "" }))).toThrow(
      'task must be the path of a source file or a function, got: ""',
    );
  });
});

describe("grants and metrics", () => {
  it("let a principal start executions, or read them and the results", () => {
    const { stack, nearest } = stackOf((scope) => ({ results: { prefix: "runs", bucket: new Bucket(scope, "Out") } }));
    const starter = new Role(stack, "Starter", { assumedBy: new AccountRootPrincipal() });
    const reader = new Role(stack, "Reader", { assumedBy: new AccountRootPrincipal() });
    nearest.grantStart(starter);
    nearest.grantRead(reader);
    expect(statements(stack, "StarterDefaultPolicy")).toEqual([
      { Effect: "Allow", Action: "states:StartExecution", Resource: "<Nearest>" },
    ]);
    const reads = JSON.stringify(statements(stack, "ReaderDefaultPolicy"));
    expect(reads).toContain("states:ListExecutions");
    expect(reads).toContain("<Out.Arn>/runs/*");
  });

  it("measure the executions of the machine", () => {
    const { stack, nearest } = stackOf();
    const metrics = [
      nearest.metricStarted(),
      nearest.metricSucceeded(),
      nearest.metricFailed(),
      nearest.metricTimedOut(),
      nearest.metricAborted(),
      nearest.metricExecutionTime(),
    ];
    expect(metrics.map((metric) => metric.metricName)).toEqual([
      "ExecutionsStarted",
      "ExecutionsSucceeded",
      "ExecutionsFailed",
      "ExecutionsTimedOut",
      "ExecutionsAborted",
      "ExecutionTime",
    ]);
    for (const { dimensions } of metrics) {
      expect(resolve(stack.resolve(dimensions))).toEqual({ StateMachineArn: "<Nearest>" });
    }
  });
});
