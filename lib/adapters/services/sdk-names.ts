/** How an optimised integration is called by those who answer it. */
export interface OptimisedService {
  /** The service as `aws-sdk:` names it. */
  readonly client: string;
  /** What its error names begin with. */
  readonly prefix: string;
  /** What the service calls itself in a cause. */
  readonly service: string;
  /** The name of errors that have none of their own. */
  readonly exception: string;
}

function amazon(client: string, prefix: string, name = prefix): OptimisedService {
  return { client, prefix, service: `Amazon${name}`, exception: `Amazon${prefix}Exception` };
}

function aws(client: string, prefix: string): OptimisedService {
  return { client, prefix, service: `AWS${prefix}`, exception: `AWS${prefix}Exception` };
}

/** Optimised integrations, by the name in the Resource. */
const OPTIMISED: Readonly<Record<string, OptimisedService>> = {
  sqs: amazon("sqs", "SQS"),
  sns: amazon("sns", "SNS"),
  dynamodb: amazon("dynamodb", "DynamoDB", "DynamoDBv2"),
  events: amazon("eventbridge", "EventBridge", "CloudWatchEvents"),
  ecs: amazon("ecs", "ECS"),
  batch: aws("batch", "Batch"),
  glue: aws("glue", "Glue"),
  databrew: aws("databrew", "GlueDataBrew"),
  codebuild: aws("codebuild", "CodeBuild"),
  athena: amazon("athena", "Athena"),
  sagemaker: amazon("sagemaker", "SageMaker"),
  elasticmapreduce: amazon("emr", "ElasticMapReduce"),
  "emr-containers": amazon("emrcontainers", "EMRContainers"),
  "emr-serverless": amazon("emrserverless", "EMRServerless"),
  mediaconvert: aws("mediaconvert", "MediaConvert"),
  bedrock: amazon("bedrockruntime", "Bedrock"),
  states: {
    client: "sfn",
    prefix: "StepFunctions",
    service: "AWSStepFunctions",
    exception: "AWSStepFunctionsException",
  },
};

export function optimisedService(name: string): OptimisedService | undefined {
  return Object.hasOwn(OPTIMISED, name) ? OPTIMISED[name] : undefined;
}

/** Names of clients in the SDK for Java that the words of the package's name do not give. */
const JAVA_NAMES: Readonly<Record<string, string>> = {
  dynamodb: "DynamoDb",
  "dynamodb-streams": "DynamoDbStreams",
  eventbridge: "EventBridge",
  cloudwatch: "CloudWatch",
  "cloudwatch-logs": "CloudWatchLogs",
  cloudformation: "CloudFormation",
  cloudfront: "CloudFront",
  cloudtrail: "CloudTrail",
  codebuild: "CodeBuild",
  codepipeline: "CodePipeline",
  mediaconvert: "MediaConvert",
  opensearch: "OpenSearch",
  sagemaker: "SageMaker",
};

/** What the SDK for Java calls a service: what error names of `aws-sdk:` integrations begin with. */
export function javaName(packageName: string): string {
  const name = packageName.replace(/^@aws-sdk\/client-/, "");
  const words = name.split("-").map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  return JAVA_NAMES[name] ?? words.join("");
}
