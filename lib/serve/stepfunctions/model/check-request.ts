import { isObject } from "../../../json.js";
import { ApiError, invalid } from "../api-error.js";
import { OPERATIONS, type OperationName } from "./operations.js";
import type { Member, Shape } from "./shape.js";

/**
 * Checks a request against the members that its operation has. Throws ValidationException, with all that is wrong in
 * one message, or SerializationException for a value of another type. Members that are not known are let pass.
 */
export function checkRequest(operation: OperationName, request: unknown): void {
  const faults: string[] = [];
  if (!isObject(request)) throw unreadable("the request is no JSON object");
  checkMembers(OPERATIONS[operation], request, "", faults);
  if (faults.length === 0) return;
  const errors = faults.length === 1 ? "error" : "errors";
  throw invalid(`${faults.length} validation ${errors} detected: ${faults.join("; ")}`);
}

function checkMembers(
  members: Readonly<Record<string, Member>>,
  value: Readonly<Record<string, unknown>>,
  prefix: string,
  faults: string[],
): void {
  for (const [name, { shape, required }] of Object.entries(members)) {
    const member = value[name];
    const path = `${prefix}${name}`;
    if (member !== undefined && member !== null) check(shape, member, path, faults);
    else if (required) faults.push(`Value null at '${path}' failed to satisfy constraint: Member must not be null`);
  }
}

function check(shape: Shape, value: unknown, path: string, faults: string[]): void {
  const fail = (constraint: string) => {
    const hidden = shape.kind === "string" && shape.sensitive === true;
    const shown = hidden ? "" : ` '${print(value, shape)}'`;
    faults.push(`Value${shown} at '${path}' failed to satisfy constraint: Member must ${constraint}`);
  };
  switch (shape.kind) {
    case "string":
      if (typeof value !== "string") throw wrongType(value, "String");
      checkSize("length", value.length, shape, fail);
      if (shape.pattern?.test.test(value) === false) fail(`satisfy regular expression pattern: ${shape.pattern.text}`);
      if (shape.oneOf?.includes(value) === false) fail(`satisfy enum value set: [${shape.oneOf.join(", ")}]`);
      return;
    case "integer":
    case "number":
      if (typeof value !== "number") throw wrongType(value, shape.kind === "integer" ? "Integer" : "Float");
      checkSize("value", value, shape, fail);
      return;
    case "boolean":
      if (typeof value !== "boolean") throw wrongType(value, "Boolean");
      return;
    case "list":
      if (!Array.isArray(value)) throw wrongType(value, "List");
      checkSize("length", value.length, shape, fail);
      value.forEach((item, index) => {
        check(shape.member, item, `${path}.${index + 1}.member`, faults);
      });
      return;
    case "structure":
      if (!isObject(value)) throw wrongType(value, "Structure");
      checkMembers(shape.members, value, `${path}.`, faults);
  }
}

function checkSize(
  what: "length" | "value",
  size: number,
  { min, max }: { readonly min?: number; readonly max?: number },
  fail: (constraint: string) => void,
): void {
  if (min !== undefined && size < min) fail(`have ${what} greater than or equal to ${min}`);
  if (max !== undefined && size > max) fail(`have ${what} less than or equal to ${max}`);
}

/** A value as the service prints it in messages. */
function print(value: unknown, shape: Shape): string {
  if (shape.kind === "list" && Array.isArray(value)) {
    return `[${value.map((item) => print(item, shape.member)).join(", ")}]`;
  }
  if (shape.kind === "structure" && isObject(value)) {
    const members = Object.entries(shape.members).filter(([name]) => value[name] !== undefined);
    return `${shape.name}(${members.map(([name, member]) => `${name}=${print(value[name], member.shape)}`).join(", ")})`;
  }
  return String(value);
}

function wrongType(value: unknown, expected: string): ApiError {
  const type = Array.isArray(value) ? "LIST" : isObject(value) ? "STRUCTURE" : typeof value;
  return unreadable(`${type.toUpperCase()}_VALUE can not be converted to ${expected}`);
}

function unreadable(message: string): ApiError {
  return new ApiError("SerializationException", message);
}
