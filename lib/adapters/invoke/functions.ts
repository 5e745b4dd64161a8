import type { FunctionDefinition } from "../../definition/application.js";

/** The functions a run knows. */
export interface FunctionTable {
  /** By name, partial ARN (`123456789012:function:name`) or ARN, each with or without a qualifier. */
  resolve(nameOrArn: string): FunctionDefinition | undefined;
  /** In the order they were given. */
  readonly definitions: readonly FunctionDefinition[];
}

/** The forms that Lambda accepts as FunctionName; groups: region, account, name, qualifier. */
const REFERENCE =
  /^(?:(?:arn:[\w-]+:lambda:([a-z0-9-]*):)?(?:(\d{12}):)?(?:function:)?)?([A-Za-z0-9-_.]+)(?::(\$LATEST|[A-Za-z0-9-_]+))?$/;

/**
 * A table of functions. Every qualifier leads to the same function, because a local run has one version of each.
 * A reference that names a region or an account finds only a function of that region and account.
 */
export function functionTable(definitions: readonly FunctionDefinition[]): FunctionTable {
  const resolved = new Map<string, FunctionDefinition>();
  return {
    definitions,
    resolve(nameOrArn) {
      const known = resolved.get(nameOrArn);
      if (known !== undefined) return known;
      const found = find(definitions, nameOrArn);
      // Only what was found: a server is asked for any number of names that are not there.
      if (found !== undefined) resolved.set(nameOrArn, found);
      return found;
    },
  };
}

function find(definitions: readonly FunctionDefinition[], nameOrArn: string): FunctionDefinition | undefined {
  const exact = definitions.find((each) => each.name === nameOrArn || each.arn === nameOrArn);
  if (exact !== undefined) return exact;
  const [, region, account, name] = REFERENCE.exec(nameOrArn) ?? [];
  return definitions.find((each) => {
    if (each.name !== name) return false;
    const [, , , ownRegion, ownAccount] = each.arn.split(":");
    return (region ?? ownRegion) === ownRegion && (account ?? ownAccount) === ownAccount;
  });
}

/** The full ARN with qualifier of a reference, as error messages show it. */
export function qualifiedArn(nameOrArn: string, region: string, account: string): string {
  const [, ownRegion = region, ownAccount = account, name = nameOrArn, qualifier = "$LATEST"] =
    REFERENCE.exec(nameOrArn) ?? [];
  return `arn:aws:lambda:${ownRegion}:${ownAccount}:function:${name}:${qualifier}`;
}
