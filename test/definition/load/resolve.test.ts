import { describe, expect, it } from "vitest";
import { openStacks } from "../../../lib/definition/load/stacks.js";
import { readTemplate } from "../../../lib/definition/load/template.js";
import type { Json, JsonObject } from "../../../lib/json.js";

/** Resolves a value in a template with one resource of every common type. */
function resolve(value: Json, extra: JsonObject = {}, region = "eu-west-1"): Json | undefined {
  const resource = (Type: string, Properties: JsonObject = {}) => ({ Type, Properties });
  const Resources = {
    Fn: resource("AWS::Lambda::Function", { FunctionName: "f" }),
    Alias: resource("AWS::Lambda::Alias", { FunctionName: { "Fn::GetAtt": ["Fn", "Arn"] }, Name: "prod" }),
    Machine: resource("AWS::StepFunctions::StateMachine"),
    My_Bucket: resource("AWS::S3::Bucket"),
    Role: resource("AWS::IAM::Role"),
    Table: resource("AWS::DynamoDB::Table"),
    Queue: resource("AWS::SQS::Queue"),
    Topic: resource("AWS::SNS::Topic"),
    Setting: resource("AWS::SSM::Parameter", { Name: "/s", Value: { Ref: "Queue" } }),
    Domain: resource("AWS::OpenSearch::Domain"),
    Custom: resource("Custom::Thing"),
  };
  const Parameters = { List: { Type: "CommaDelimitedList", Default: "a, b" }, Size: { Type: "Number", Default: 5 } };
  const Conditions = { Yes: { "Fn::Equals": ["a", "a"] }, No: { "Fn::Not": [{ Condition: "Yes" }] } };
  const [stack] = openStacks(
    [
      {
        name: "app",
        template: readTemplate("t.json", { Resources, Parameters, Conditions, ...extra }),
        assets: { directory: ".", byKey: new Map() },
        environment: { region, account: "123456789012" },
      },
    ],
    {},
  );
  return stack?.resolve(value, "");
}

const placeholder = (name: string) => `\${${name}}`;

describe("intrinsic functions", () => {
  it.each<[Json, Json | undefined]>([
    [{ "Fn::Join": ["-", ["a", { Ref: "AWS::Region" }, 5]] }, "a-eu-west-1-5"],
    [{ "Fn::Join": [",", { Ref: "List" }] }, "a,b"],
    [{ "Fn::Split": [",", "a,b,"] }, ["a", "b", ""]],
    [{ "Fn::Select": ["1", { "Fn::Split": ["/", "x/y/z"] }] }, "y"],
    [{ "Fn::Select": [0, { Ref: "List" }] }, "a"],
    [
      {
        "Fn::Sub": `${placeholder("AWS::AccountId")} ${placeholder("Fn")} ${placeholder("!Fn")} ${placeholder("Size")}`,
      },
      `123456789012 f ${placeholder("Fn")} 5`,
    ],
    [
      { "Fn::Sub": [`${placeholder("x")}/${placeholder("Fn.Arn")}`, { x: { Ref: "Size" } }] },
      "5/arn:aws:lambda:eu-west-1:123456789012:function:f",
    ],
    [{ "Fn::If": ["Yes", "y", "n"] }, "y"],
    [{ "Fn::If": ["No", "y", { Ref: "AWS::NoValue" }] }, undefined],
    [{ "Fn::And": [{ Condition: "Yes" }, { "Fn::Equals": [1, "1"] }] }, true],
    [{ "Fn::Or": [{ Condition: "No" }, { "Fn::Equals": [["a"], ["a"]] }] }, true],
    [{ "Fn::Base64": "hi" }, "aGk="],
    [{ "Fn::GetAZs": "" }, ["eu-west-1a", "eu-west-1b", "eu-west-1c"]],
    [{ "Fn::Length": { Ref: "List" } }, 2],
    [{ "Fn::ToJsonString": { a: { Ref: "Size" } } }, '{"a":5}'],
    [{ "Fn::FindInMap": ["M", "k", "v", { DefaultValue: "d" }] }, "d"],
    [{ a: { Ref: "AWS::NoValue" }, b: [{ Ref: "AWS::NoValue" }, 1] }, { b: [1] }],
    [{ Condition: "{% $x %}" }, { Condition: "{% $x %}" }],
    [
      { Ref: "Fn", other: 1 },
      { Ref: "Fn", other: 1 },
    ],
  ])("%j", (value, expected) => {
    expect(resolve(value)).toEqual(expected);
  });
});

describe("names of resources", () => {
  const arn = (service: string, rest: string) => `arn:aws:${service}:eu-west-1:123456789012:${rest}`;

  it.each<[string, string, Json]>([
    ["Fn", "f", arn("lambda", "function:f")],
    ["Machine", arn("states", "stateMachine:Machine"), arn("states", "stateMachine:Machine")],
    ["My_Bucket", "my-bucket", "arn:aws:s3:::my-bucket"],
    ["Role", "Role", "arn:aws:iam::123456789012:role/Role"],
    ["Table", "Table", arn("dynamodb", "table/Table")],
    ["Queue", "https://sqs.eu-west-1.amazonaws.com/123456789012/Queue", arn("sqs", "Queue")],
    ["Alias", arn("lambda", "function:f:prod"), arn("lambda", "function:f:prod")],
    ["Domain", "Domain", arn("opensearch", "domain/Domain")],
  ])("%s", (id, ref, arnOfIt) => {
    expect(resolve({ Ref: id })).toBe(ref);
    expect(resolve({ "Fn::GetAtt": `${id}.Arn` })).toBe(arnOfIt);
  });

  it("are those of the partition", () => {
    expect(resolve({ "Fn::GetAtt": ["Fn", "Arn"] }, {}, "us-gov-west-1")).toBe(
      "arn:aws-us-gov:lambda:us-gov-west-1:123456789012:function:f",
    );
    expect(resolve({ Ref: "AWS::URLSuffix" }, {}, "cn-north-1")).toBe("amazonaws.com.cn");
  });

  it("stand in for attributes that only AWS knows", () => {
    expect(resolve({ "Fn::GetAtt": ["Custom", "Data.Id"] })).toBe("Custom.Data.Id");
    expect(resolve({ "Fn::GetAtt": ["Topic", "TopicName"] })).toBe("Topic");
  });

  it("are not needed for the value of an SSM parameter", () => {
    expect(resolve({ "Fn::GetAtt": ["Setting", "Value"] })).toBe(resolve({ Ref: "Queue" }) as string);
  });
});
