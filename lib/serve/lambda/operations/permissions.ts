import { ApiError } from "../api-error.js";
import { Constraints } from "../constraints.js";
import { findFunction } from "../function-reference.js";
import { Input } from "../input.js";
import { json, type Operation } from "../operation.js";

/* Resource policies are kept and shown; nothing is ever denied here. */

export const addPermission: Operation = (context, { parameters: [name = ""], query, body }) => {
  const input = Input.parse(body);
  const { record, qualifier } = findFunction(context, name, query.get("Qualifier"));
  const id = input.string("StatementId");
  const action = input.string("Action");
  const principal = input.string("Principal");
  const constraints = new Constraints();
  constraints.required("statementId", id);
  constraints.pattern("statementId", id, /([a-zA-Z0-9-_]+)/);
  constraints.required("action", action);
  constraints.pattern("action", action, /(lambda:[*]|lambda:[a-zA-Z]+|[*])/);
  constraints.required("principal", principal);
  constraints.check();
  const sid = id ?? "";
  if (record.policy.has(sid)) {
    const message = `The statement id (${sid}) provided already exists. Please provide a new statement id, or remove the existing statement.`;
    throw new ApiError("ResourceConflictException", message);
  }
  const { arn } = record.definition;
  const statement = JSON.stringify({
    Sid: sid,
    Effect: "Allow",
    Principal: principalOf(principal ?? ""),
    Action: action,
    Resource: qualifier === undefined ? arn : `${arn}:${qualifier}`,
    Condition: conditionOf(input),
  });
  record.policy.set(sid, statement);
  return json(201, { Statement: statement });
};

export const removePermission: Operation = (context, { parameters: [name = "", id = ""], query }) => {
  const { record } = findFunction(context, name, query.get("Qualifier"));
  if (!record.policy.delete(id)) {
    throw new ApiError("ResourceNotFoundException", `Statement ${id} is not found in resource policy.`);
  }
  return { status: 204 };
};

export const getPolicy: Operation = (context, { parameters: [name = ""], query }) => {
  const { record } = findFunction(context, name, query.get("Qualifier"));
  if (record.policy.size === 0) {
    throw new ApiError("ResourceNotFoundException", "The resource you requested does not exist.");
  }
  const statements = [...record.policy.values()].join(",");
  const policy = `{"Version":"2012-10-17","Id":"default","Statement":[${statements}]}`;
  return json(200, { Policy: policy, RevisionId: record.revisionId });
};

function principalOf(principal: string): unknown {
  if (principal === "*") return principal;
  if (/^\d{12}$/.test(principal)) return { AWS: `arn:aws:iam::${principal}:root` };
  return principal.startsWith("arn:") ? { AWS: principal } : { Service: principal };
}

function conditionOf(input: Input): object | undefined {
  const account = input.string("SourceAccount");
  const arn = input.string("SourceArn");
  if (account === undefined && arn === undefined) return undefined;
  return {
    ...(account !== undefined && { StringEquals: { "AWS:SourceAccount": account } }),
    ...(arn !== undefined && { ArnLike: { "AWS:SourceArn": arn } }),
  };
}
