/** Any JSON value. Values are immutable by convention: a write makes a new object and copies one level. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** A JSON object. */
export type JsonObject = { readonly [key: string]: Json };

/**
 * A JSON value that is still text. Data that a state only passes on is never parsed, and its text, blanks
 * included, is kept as it came, which is also what Step Functions does with it.
 */
export class JsonText {
  readonly text: string;
  #value: Json | undefined;

  constructor(text: string) {
    this.text = text;
  }

  /** The value, parsed at the first call. Throws SyntaxError when the text is not JSON. */
  get value(): Json {
    if (this.#value === undefined) this.#value = JSON.parse(this.text) as Json;
    return this.#value;
  }
}

/** A value that may not have been parsed yet: what flows between states. */
export type Data = Json | JsonText;

/** The value of data, parsed when it is still text. */
export function valueOf(data: Data): Json {
  return data instanceof JsonText ? data.value : data;
}

/** The JSON text of data: the original text where there is one, compact otherwise. */
export function textOf(data: Data): string {
  return data instanceof JsonText ? data.text : JSON.stringify(data);
}

/** True for an object that is not null and not an array. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
