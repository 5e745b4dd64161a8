import { isObject, type JsonObject } from "../../json.js";
import { ApiError } from "./api-error.js";
import { parseJson } from "./http.js";

/** The members of a request's body. Each method throws SerializationException when a member has another type. */
export class Input {
  readonly members: JsonObject;

  constructor(members: JsonObject) {
    this.members = members;
  }

  static parse(body: Buffer): Input {
    const value = parseJson(body);
    if (!isObject(value)) throw wrongType("the body", "an object");
    return new Input(value);
  }

  string(name: string): string | undefined {
    return this.#typed(name, "a string", (value): value is string => typeof value === "string");
  }

  integer(name: string): number | undefined {
    return this.#typed(name, "an integer", (value): value is number => Number.isInteger(value));
  }

  boolean(name: string): boolean | undefined {
    return this.#typed(name, "a boolean", (value): value is boolean => typeof value === "boolean");
  }

  object(name: string): Input | undefined {
    const value = this.#typed(name, "an object", isObject);
    return value === undefined ? undefined : new Input(value);
  }

  /** An object whose values are strings. */
  strings(name: string): Readonly<Record<string, string>> | undefined {
    return this.#typed(name, "an object of strings", isStringMap);
  }

  #typed<T>(name: string, type: string, is: (value: unknown) => value is T): T | undefined {
    const value = Object.hasOwn(this.members, name) ? this.members[name] : undefined;
    if (value === undefined || value === null) return undefined;
    if (!is(value)) throw wrongType(name, type);
    return value;
  }
}

function isStringMap(value: unknown): value is Record<string, string> {
  return isObject(value) && Object.values(value).every((each) => typeof each === "string");
}

function wrongType(name: string, type: string): ApiError {
  return new ApiError("SerializationException", `${name} must be ${type}`);
}
