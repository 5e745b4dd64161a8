import {
  AddPermissionCommand,
  CreateAliasCommand,
  DeleteAliasCommand,
  DeleteFunctionCommand,
  GetAliasCommand,
  GetFunctionCommand,
  GetPolicyCommand,
  ListAliasesCommand,
  ListTagsCommand,
  ListVersionsByFunctionCommand,
  PublishVersionCommand,
  RemovePermissionCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateAliasCommand,
  UpdateFunctionCodeCommand,
} from "@aws-sdk/client-lambda";
import { expect, it } from "vitest";
import { arnOf, endpoints, refusal } from "./endpoint.js";
import { codeOf } from "./zip.js";

/* What goes with a function: versions, aliases, permissions, tags. */

const start = endpoints();
const FunctionName = "f";

it("versions are counted, and all of them are the one there is", async () => {
  const { create, call, client } = await start({ backend: "event-loop" });
  expect(await create("f", "async () => 1", { Publish: true })).toMatchObject({ Version: "1" });
  const publish = () => client.send(new PublishVersionCommand({ FunctionName }));
  // Nothing has changed since.
  expect((await publish()).Version).toBe("1");
  const ZipFile = codeOf("async () => 2");
  await client.send(new UpdateFunctionCodeCommand({ FunctionName, ZipFile }));
  expect(await publish()).toMatchObject({ Version: "2", FunctionArn: `${arnOf("f")}:2` });
  const list = async () => {
    const { Versions } = await client.send(new ListVersionsByFunctionCommand({ FunctionName }));
    return Versions?.map(({ Version }) => Version);
  };
  expect(await list()).toEqual(["$LATEST", "1", "2"]);
  expect(await call("f:1", {})).toMatchObject({ version: "1", payload: 2 });
  await client.send(new DeleteFunctionCommand({ FunctionName, Qualifier: "1" }));
  expect(await list()).toEqual(["$LATEST", "2"]);
  const latest = client.send(new DeleteFunctionCommand({ FunctionName, Qualifier: "$LATEST" }));
  expect(await refusal(latest)).toMatch(/^400 InvalidParameterValueException: \$LATEST version cannot be deleted/);
  const other = client.send(new PublishVersionCommand({ FunctionName, CodeSha256: "other" }));
  expect(await refusal(other)).toMatch(/^400 InvalidParameterValueException: CodeSHA256 \(other\) is different/);
});

it("aliases are kept with the version they name", async () => {
  const { create, call, client } = await start({ backend: "event-loop" });
  await create("f", "async () => 1", { Publish: true });
  const Name = "live";
  const alias = { AliasArn: `${arnOf("f")}:live`, Name, FunctionVersion: "1", Description: "" };
  const input = { FunctionName, Name, FunctionVersion: "1" };
  expect(await client.send(new CreateAliasCommand(input))).toMatchObject(alias);
  expect(await refusal(client.send(new CreateAliasCommand(input)))).toBe(
    `409 ResourceConflictException: Alias already exists: ${arnOf("f")}:live`,
  );
  expect(await refusal(client.send(new CreateAliasCommand({ ...input, Name: "1" })))).toMatch(
    /^400 Validation.*'name'/,
  );
  expect(await refusal(client.send(new CreateAliasCommand({ ...input, Name: "x", FunctionVersion: "9" })))).toBe(
    `404 ResourceNotFoundException: Function not found: ${arnOf("f")}:9`,
  );
  expect((await call("f:live", {})).version).toBe("1");
  expect((await client.send(new GetFunctionCommand({ FunctionName, Qualifier: Name }))).Configuration).toMatchObject({
    FunctionArn: `${arnOf("f")}:live`,
    Version: "1",
  });
  const changed = await client.send(new UpdateAliasCommand({ FunctionName, Name, FunctionVersion: "$LATEST" }));
  expect(changed.FunctionVersion).toBe("$LATEST");
  expect((await client.send(new ListAliasesCommand({ FunctionName }))).Aliases).toHaveLength(1);
  await client.send(new DeleteAliasCommand({ FunctionName, Name }));
  expect(await refusal(client.send(new GetAliasCommand({ FunctionName, Name })))).toBe(
    `404 ResourceNotFoundException: Cannot find alias arn: ${arnOf("f")}:live`,
  );
});

it("permissions are kept as statements of a policy", async () => {
  const { create, client } = await start({ backend: "event-loop" });
  await create("f", "async () => 1");
  const getPolicy = () => client.send(new GetPolicyCommand({ FunctionName }));
  expect(await refusal(getPolicy())).toMatch(/^404 ResourceNotFoundException: The resource you requested/);
  const Principal = "s3.amazonaws.com";
  const input = { FunctionName, StatementId: "s3", Action: "lambda:InvokeFunction", Principal, SourceArn: "arn:b" };
  const added = await client.send(new AddPermissionCommand(input));
  const statement = {
    Sid: "s3",
    Effect: "Allow",
    Principal: { Service: "s3.amazonaws.com" },
    Action: "lambda:InvokeFunction",
    Resource: arnOf("f"),
    Condition: { ArnLike: { "AWS:SourceArn": "arn:b" } },
  };
  expect(JSON.parse(added.Statement ?? "")).toEqual(statement);
  expect(await refusal(client.send(new AddPermissionCommand(input)))).toMatch(/^409 ResourceConflictException/);
  expect(JSON.parse((await getPolicy()).Policy ?? "")).toMatchObject({ Statement: [statement] });
  const remove = () => client.send(new RemovePermissionCommand({ FunctionName, StatementId: "s3" }));
  await remove();
  expect(await refusal(remove())).toMatch(/^404 ResourceNotFoundException: Statement s3 is not found/);
});

it("tags come and go", async () => {
  const { create, client } = await start({ backend: "event-loop" });
  await create("f", "async () => 1", { Tags: { a: "1" } });
  const Resource = arnOf("f");
  await client.send(new TagResourceCommand({ Resource, Tags: { b: "2", c: "3" } }));
  await client.send(new UntagResourceCommand({ Resource, TagKeys: ["a", "c"] }));
  expect((await client.send(new ListTagsCommand({ Resource }))).Tags).toEqual({ b: "2" });
  expect(await refusal(client.send(new ListTagsCommand({ Resource: arnOf("g") })))).toMatch(/^404/);
});
