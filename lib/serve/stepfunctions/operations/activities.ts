import { noActivity } from "../api-error.js";
import { parseArn } from "../arns.js";
import { type Context, seconds } from "../context.js";
import { checkName } from "../names.js";
import { type PageRequest, page } from "../page.js";
import { encryptionOf, type SettingsRequest } from "../settings.js";
import { type Tag, withTags } from "../tags.js";

interface CreateRequest extends Pick<SettingsRequest, "encryptionConfiguration"> {
  readonly name: string;
  readonly tags?: readonly Tag[];
}

export function activityOperations(context: Context) {
  const { activities, arns, engine } = context;
  const find = (arn: string) => {
    const activity = activities.get(parseArn(arn, "activity").name);
    if (activity === undefined) throw noActivity(arn);
    return activity;
  };
  return {
    CreateActivity({ name, tags, encryptionConfiguration }: CreateRequest) {
      checkName(name);
      const existing = activities.get(name);
      const arn = arns.activity(name);
      const activity = existing ?? {
        name,
        arn,
        creationDate: engine.ports.clock.now(),
        encryption: encryptionOf(encryptionConfiguration),
        tags: withTags(new Map(), tags, arn),
      };
      if (existing === undefined) {
        activities.set(name, activity);
        engine.activities.register(arn);
        context.changed(activity);
      }
      return { activityArn: arn, creationDate: seconds(activity.creationDate) };
    },

    DescribeActivity({ activityArn }: { activityArn: string }) {
      const { arn, name, creationDate, encryption } = find(activityArn);
      return { activityArn: arn, name, creationDate: seconds(creationDate), encryptionConfiguration: encryption };
    },

    DeleteActivity({ activityArn }: { activityArn: string }) {
      const { name } = parseArn(activityArn, "activity");
      const activity = activities.get(name);
      if (activity === undefined) return {};
      activities.delete(name);
      engine.activities.remove(activity.arn);
      context.changed(activity);
      return {};
    },

    ListActivities(request: PageRequest) {
      const all = [...activities.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
      const { items, ...next } = page(all, ({ name }) => name, "activities", request);
      return {
        activities: items.map(({ arn, name, creationDate }) => ({
          activityArn: arn,
          name,
          creationDate: seconds(creationDate),
        })),
        ...next,
      };
    },

    /** Waits a minute for a task. One that is handed out to a worker that has gone is lost to it, as on AWS. */
    async GetActivityTask(
      { activityArn, workerName }: { activityArn: string; workerName?: string },
      caller: AbortSignal | undefined,
    ) {
      const { arn } = find(activityArn);
      const task = await engine.activities.take(arn, workerName, caller);
      return task === undefined ? {} : { taskToken: task.token, input: task.input };
    },
  };
}
