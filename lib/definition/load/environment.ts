/** Where a state machine pretends to live. */
export interface Environment {
  readonly region: string;
  /** 12 digits. */
  readonly account: string;
}

/** What a caller may say about it. */
export interface EnvironmentOptions {
  /** Default: AWS_REGION, AWS_DEFAULT_REGION, us-east-1. */
  readonly region?: string | undefined;
  /** Default: 000000000000. */
  readonly account?: string | undefined;
}

/** `known` is what the target itself says, such as the environment of a CDK stack. */
export function environmentOf(options: EnvironmentOptions, known: EnvironmentOptions = {}): Environment {
  const { AWS_REGION, AWS_DEFAULT_REGION } = process.env;
  return {
    region: options.region ?? known.region ?? (AWS_REGION || AWS_DEFAULT_REGION || "us-east-1"),
    account: options.account ?? known.account ?? "000000000000",
  };
}

/** `aws`, `aws-cn` or `aws-us-gov`. */
export function partitionOf(region: string): string {
  if (region.startsWith("cn-")) return "aws-cn";
  return region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
}
