import {
  CreateActivityCommand,
  ListTagsForResourceCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from "@aws-sdk/client-sfn";
import { expect, test } from "vitest";
import { openEndpoint, PASS, PREFIX, refusal } from "../../endpoint.js";

const { client, create } = await openEndpoint();
const tag = (resourceArn: string, tags: { key: string; value: string }[]) =>
  client.send(new TagResourceCommand({ resourceArn, tags }));
const tagsOf = async (resourceArn: string) =>
  (await client.send(new ListTagsForResourceCommand({ resourceArn }))).tags?.map(({ key, value }) => `${key}=${value}`);

test("tags come with a state machine, are added, replaced and taken away", async () => {
  const arn = await create("tagged", PASS, { tags: [{ key: "a", value: "1" }] });
  await tag(arn, [
    { key: "b", value: "" },
    { key: "a", value: "2" },
    { key: "c", value: "3" },
  ]);
  expect(await tagsOf(arn)).toEqual(["a=2", "b=", "c=3"]);
  await client.send(new UntagResourceCommand({ resourceArn: arn, tagKeys: ["b", "not there"] }));
  expect(await tagsOf(arn)).toEqual(["a=2", "c=3"]);
});

test("an activity has tags as well", async () => {
  const { activityArn = "" } = await client.send(
    new CreateActivityCommand({ name: "tagged", tags: [{ key: "k", value: "v" }] }),
  );
  expect(await tagsOf(activityArn)).toEqual(["k=v"]);
});

test("more than 50 tags are too many", async () => {
  const arn = await create("many", PASS);
  const tags = Array.from({ length: 51 }, (_, index) => ({ key: `k${index}`, value: "" }));
  await tag(arn, tags.slice(0, 50));
  expect(await refusal(tag(arn, tags.slice(50)))).toContain("TooManyTags");
  expect(await tagsOf(arn)).toHaveLength(50);
});

test("versions, and what is not there, have none", async () => {
  const arn = await create("versioned", PASS, { publish: true });
  for (const missing of [`${arn}:1`, `${PREFIX}:stateMachine:nobody`, `${PREFIX}:activity:nobody`]) {
    expect(await refusal(tag(missing, []))).toBe(`ResourceNotFound: Resource not found: '${missing}'`);
  }
  expect(await refusal(tag("arn:aws:s3:::bucket", []))).toContain("InvalidArn");
});
