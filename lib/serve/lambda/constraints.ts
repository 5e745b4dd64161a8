import { ApiError } from "./api-error.js";

/** Collects what is wrong with the members of a request, and says it in one error, as the service does. */
export class Constraints {
  readonly #broken: string[] = [];

  required(member: string, value: unknown): void {
    if (value === undefined) this.#add("null", member, "not be null");
  }

  pattern(member: string, value: string | undefined, pattern: RegExp): void {
    if (value === undefined || new RegExp(`^(?:${pattern.source})$`).test(value)) return;
    this.#add(`'${value}'`, member, `satisfy regular expression pattern: ${pattern.source}`);
  }

  oneOf(member: string, value: string | undefined, values: readonly string[]): void {
    if (value === undefined || values.includes(value)) return;
    this.#add(`'${value}'`, member, `satisfy enum value set: [${values.join(", ")}]`);
  }

  length(member: string, value: string | undefined, most: number): void {
    if (value === undefined || value.length <= most) return;
    this.#add(`'${value}'`, member, `have length less than or equal to ${most}`);
  }

  range(member: string, value: number | undefined, least: number, most: number): void {
    if (value === undefined) return;
    if (!(value >= least)) this.#add(`'${value}'`, member, `have value greater than or equal to ${least}`);
    if (value > most) this.#add(`'${value}'`, member, `have value less than or equal to ${most}`);
  }

  /** Throws ValidationException when anything was wrong. */
  check(): void {
    const count = this.#broken.length;
    if (count === 0) return;
    const errors = count === 1 ? "1 validation error" : `${count} validation errors`;
    throw new ApiError("ValidationException", `${errors} detected: ${this.#broken.join("; ")}`);
  }

  #add(value: string, member: string, must: string): void {
    this.#broken.push(`Value ${value} at '${member}' failed to satisfy constraint: Member must ${must}`);
  }
}
