import { notFound } from "../api-error.js";
import { parseArn } from "../arns.js";
import type { Context } from "../context.js";
import { type Tag, withTags } from "../tags.js";

export function tagOperations(context: Context) {
  const find = (arn: string) => {
    const { kind, name, label, rest } = parseArn(arn, "stateMachine", "activity");
    const found = kind === "activity" ? context.activities.get(name) : context.stateMachines.get(name);
    if (found === undefined || label !== undefined || rest.length > 0) throw notFound(arn);
    return found;
  };
  return {
    TagResource({ resourceArn, tags }: { resourceArn: string; tags: readonly Tag[] }) {
      const resource = find(resourceArn);
      resource.tags = withTags(resource.tags, tags, resourceArn);
      context.changed(resource);
      return {};
    },

    UntagResource({ resourceArn, tagKeys }: { resourceArn: string; tagKeys: readonly string[] }) {
      const resource = find(resourceArn);
      resource.tags = new Map([...resource.tags].filter(([key]) => !tagKeys.includes(key)));
      context.changed(resource);
      return {};
    },

    ListTagsForResource({ resourceArn }: { resourceArn: string }) {
      return { tags: [...find(resourceArn).tags].map(([key, value]) => ({ key, value })) };
    },
  };
}
