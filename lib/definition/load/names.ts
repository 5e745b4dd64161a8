import { type Environment, partitionOf } from "./environment.js";

/** What a resource is called in a local run. */
export interface PhysicalNames {
  /** What `Ref` gives. */
  readonly ref: string;
  /** What `Fn::GetAtt` gives, for the attributes that are known. */
  readonly attributes: Readonly<Record<string, string>>;
}

/** A resource type: the property that names it, and what its name makes of the rest. */
interface Naming {
  readonly property?: string;
  readonly names: (name: string, at: Place) => PhysicalNames;
}

interface Place extends Environment {
  readonly partition: string;
  readonly urlSuffix: string;
  arn(service: string, resource: string): string;
  globalArn(service: string, resource: string): string;
}

/** The property of a resource type that holds its physical name, if it has one. */
export function nameProperty(type: string): string | undefined {
  return NAMING[type]?.property;
}

/** Physical names of a resource of which only the type and the name are known. */
export function physicalNames(type: string, name: string, environment: Environment): PhysicalNames {
  return (NAMING[type]?.names ?? generic(type))(name, place(environment));
}

/** The suffix of AWS hosts. */
export function urlSuffixOf(region: string): string {
  return region.startsWith("cn-") ? "amazonaws.com.cn" : "amazonaws.com";
}

/** A valid bucket name made of a logical id: lower case, 3 to 63 characters. */
export function bucketName(logicalId: string): string {
  const name = logicalId
    .toLowerCase()
    .replace(/[^a-z0-9-]/g, "-")
    .slice(0, 63)
    .replace(/^-+|-+$/g, "");
  return name.padEnd(3, "0");
}

const named = (service: string, kind: string) => (name: string, at: Place) => ({
  ref: name,
  attributes: { Arn: at.arn(service, `${kind}${name}`) },
});

/** Types whose `Ref` is their ARN. */
const refersByArn = (service: string, kind: string, attribute: string) => (name: string, at: Place) => {
  const arn = at.arn(service, `${kind}${name}`);
  return { ref: arn, attributes: { Arn: arn, Name: name, [attribute]: name } };
};

const lambda: Naming = { property: "FunctionName", names: named("lambda", "function:") };

const stateMachine = refersByArn("states", "stateMachine:", "Name");

const NAMING: Readonly<Record<string, Naming>> = {
  "AWS::Lambda::Function": lambda,
  "AWS::Serverless::Function": lambda,
  "AWS::StepFunctions::StateMachine": { property: "StateMachineName", names: stateMachine },
  "AWS::Serverless::StateMachine": { property: "Name", names: stateMachine },
  "AWS::StepFunctions::Activity": { property: "Name", names: refersByArn("states", "activity:", "Name") },
  "AWS::S3::Bucket": {
    property: "BucketName",
    names: (name, at) => ({
      ref: name,
      attributes: {
        Arn: at.globalArn("s3", name),
        DomainName: `${name}.s3.${at.urlSuffix}`,
        RegionalDomainName: `${name}.s3.${at.region}.${at.urlSuffix}`,
      },
    }),
  },
  "AWS::IAM::Role": {
    property: "RoleName",
    names: (name, at) => ({
      ref: name,
      attributes: { Arn: `arn:${at.partition}:iam::${at.account}:role/${name}`, RoleId: name },
    }),
  },
  "AWS::DynamoDB::Table": { property: "TableName", names: named("dynamodb", "table/") },
  "AWS::Serverless::SimpleTable": { property: "TableName", names: named("dynamodb", "table/") },
  "AWS::SQS::Queue": {
    property: "QueueName",
    names: (name, at) => {
      const url = `https://sqs.${at.region}.${at.urlSuffix}/${at.account}/${name}`;
      return { ref: url, attributes: { Arn: at.arn("sqs", name), QueueName: name, QueueUrl: url } };
    },
  },
  "AWS::SNS::Topic": {
    property: "TopicName",
    names: (name, at) => {
      const arn = at.arn("sns", name);
      return { ref: arn, attributes: { TopicArn: arn, TopicName: name } };
    },
  },
  "AWS::Events::EventBus": { property: "Name", names: named("events", "event-bus/") },
  "AWS::Logs::LogGroup": {
    property: "LogGroupName",
    names: (name, at) => ({ ref: name, attributes: { Arn: at.arn("logs", `log-group:${name}:*`) } }),
  },
  "AWS::SecretsManager::Secret": { property: "Name", names: refersByArn("secretsmanager", "secret:", "Id") },
  "AWS::KMS::Key": { names: named("kms", "key/") },
  "AWS::SSM::Parameter": { property: "Name", names: named("ssm", "parameter/") },
  "AWS::ECS::Cluster": { property: "ClusterName", names: named("ecs", "cluster/") },
};

/** A type without a rule: its name, and an ARN of the usual form. */
function generic(type: string): Naming["names"] {
  const [, service = "custom", kind = "resource"] = type.toLowerCase().split("::");
  return named(service, `${kind}/`);
}

function place(environment: Environment): Place {
  const { region, account } = environment;
  const partition = partitionOf(region);
  return {
    region,
    account,
    partition,
    urlSuffix: urlSuffixOf(region),
    arn: (service, resource) => `arn:${partition}:${service}:${region}:${account}:${resource}`,
    globalArn: (service, resource) => `arn:${partition}:${service}:::${resource}`,
  };
}
