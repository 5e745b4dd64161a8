import { ApiError, invalidParameter, notFound } from "./api-error.js";
import { Constraints } from "./constraints.js";
import type { FunctionRecord } from "./function-record.js";
import type { LambdaContext } from "./operation.js";

/** The forms in which a function may be named, with the groups region, account, name and qualifier. */
const PATTERN =
  /(arn:(aws[a-zA-Z-]*)?:lambda:)?([a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}:)?(\d{12}:)?(function:)?([a-zA-Z0-9-_.]+)(:(\$LATEST(\.PUBLISHED)?|[a-zA-Z0-9-_]+))?/;
const WHOLE = new RegExp(`^(?:${PATTERN.source})$`);

/** The forms in which a new function may be named. */
export const NEW_NAME =
  /(arn:(aws[a-zA-Z-]*)?:lambda:)?([a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}:)?(\d{12}:)?(function:)?([a-zA-Z0-9-_]+)(:(\$LATEST|[a-zA-Z0-9-_]+))?/;

export interface FunctionReference {
  readonly name: string;
  readonly region: string | undefined;
  readonly account: string | undefined;
  /** Of the reference itself or given beside it. */
  readonly qualifier: string | undefined;
}

/** Reads a name, partial ARN or ARN. Throws ValidationException, or InvalidParameterValueException for two qualifiers. */
export function parseReference(text: string, qualifier?: string | null): FunctionReference {
  const constraints = new Constraints();
  constraints.pattern("functionName", text, PATTERN);
  const groups = WHOLE.exec(text) ?? [];
  const name = groups[10] ?? "";
  // A name alone has at most 64 characters; the ARN around it makes it longer.
  constraints.length("functionName", name, 64);
  constraints.check();
  const own = groups[12];
  if (own !== undefined && typeof qualifier === "string" && own !== qualifier) {
    throw invalidParameter("The derived qualifier from the function name does not match the specified qualifier.");
  }
  return {
    name,
    region: groups[3]?.slice(0, -1),
    account: groups[8]?.slice(0, -1),
    qualifier: own ?? qualifier ?? undefined,
  };
}

export interface FoundFunction {
  readonly record: FunctionRecord;
  readonly qualifier: string | undefined;
}

/** The function of a reference. Throws ResourceNotFoundException, or what AWS says of foreign regions and accounts. */
export function findFunction(context: LambdaContext, text: string, qualifier?: string | null): FoundFunction {
  const reference = parseReference(text, qualifier);
  const record = context.functions.find(reference.name);
  const arn = record?.definition.arn ?? arnOf(context, reference.name);
  const [, , , region = "", account = ""] = arn.split(":");
  if (reference.region !== undefined && reference.region !== region) {
    const message = `Functions from '${reference.region}' are not reachable in this region ('${region}')`;
    throw new ApiError("ResourceNotFoundException", message);
  }
  if (reference.account !== undefined && reference.account !== account) {
    const foreign = arn.replace(account, reference.account);
    const message = `User: arn:aws:iam::${account}:root is not authorized to use the resource: ${foreign}`;
    throw new ApiError("AccessDeniedException", message);
  }
  const shown = reference.qualifier === undefined ? arn : `${arn}:${reference.qualifier}`;
  if (record === undefined) throw notFound(shown);
  return { record, qualifier: reference.qualifier };
}

/** The ARN of a function of this endpoint. */
export function arnOf({ options }: LambdaContext, name: string): string {
  return `arn:aws:lambda:${options.region}:${options.account}:function:${name}`;
}
