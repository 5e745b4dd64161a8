import type { Json } from "../../json.js";
import { type Environment, partitionOf } from "./environment.js";
import { urlSuffixOf } from "./names.js";

/** AWS::Region and its like. `value` is undefined for AWS::NoValue. */
export function pseudoParameter(
  name: string,
  { region, account }: Environment,
  stackName: string,
): { readonly known: boolean; readonly value?: Json | undefined } {
  const partition = partitionOf(region);
  switch (name) {
    case "AWS::Region":
      return { known: true, value: region };
    case "AWS::AccountId":
      return { known: true, value: account };
    case "AWS::Partition":
      return { known: true, value: partition };
    case "AWS::URLSuffix":
      return { known: true, value: urlSuffixOf(region) };
    case "AWS::StackName":
      return { known: true, value: stackName };
    case "AWS::StackId":
      return { known: true, value: `arn:${partition}:cloudformation:${region}:${account}:stack/${stackName}/local` };
    case "AWS::NotificationARNs":
      return { known: true, value: [] };
    case "AWS::NoValue":
      return { known: true, value: undefined };
    default:
      return { known: false };
  }
}
