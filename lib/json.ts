/** Any JSON value. Values are immutable by convention: a write makes a new object and copies one level. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** A JSON object. */
export type JsonObject = { readonly [key: string]: Json };

/**
 * A JSON document that is text, a value, or both: each is made from the other when it is first asked for. Data that a
 * state only passes on is never parsed, and its text, blanks included, is kept as it came, which is also what Step
 * Functions does with it.
 */
export class JsonText {
  #text: string | undefined;
  #value: Json | undefined;

  constructor(text: string | undefined, value?: Json) {
    this.#text = text;
    this.#value = value;
  }

  /** A document of a value that is at hand. */
  static of(value: Json): JsonText {
    return new JsonText(undefined, value);
  }

  /** The text: the original one where there is one, compact otherwise. */
  get text(): string {
    if (this.#text === undefined) this.#text = JSON.stringify(this.#value);
    return this.#text;
  }

  /** The value, parsed at the first call. Throws SyntaxError when the text is not JSON. */
  get value(): Json {
    if (this.#value === undefined) this.#value = JSON.parse(this.#text as string) as Json;
    return this.#value;
  }
}

/** Whether a JSON text is `null`. */
export function isNullText(text: string): boolean {
  const first = text.charCodeAt(0);
  // Nearly every text tells by its first character that it is not; blanks may come before it.
  return (first === 0x6e || first <= 0x20) && text.trim() === "null";
}

/** True for an object that is not null and not an array. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
