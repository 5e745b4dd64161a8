/** True for a value that is not known yet (an unresolved CDK token). Such values pass every check. */
export type IsToken = (value: unknown) => boolean;

/** Collects what is wrong with the values of options, one line each. Absent options are never wrong. */
export class Mistakes {
  readonly lines: string[] = [];
  readonly #isToken: IsToken;

  constructor(isToken: IsToken) {
    this.#isToken = isToken;
  }

  /** Notes `NAME must be ALLOWED, got: VALUE`. */
  add(name: string, allowed: string, value: unknown): void {
    this.lines.push(`${name} must be ${allowed}, got: ${show(value)}`);
  }

  /** Notes a mistake unless the value is absent, a token or passes the test. True when it was there and passed. */
  check(name: string, value: unknown, test: (value: unknown) => boolean, allowed: string): boolean {
    if (value === undefined || this.#isToken(value)) return false;
    if (test(value)) return true;
    this.add(name, allowed, value);
    return false;
  }

  /** Notes a token. */
  known(name: string, value: unknown): void {
    if (this.#isToken(value)) this.lines.push(`${name} must be known at synthesis, got: a token`);
  }

  integer(name: string, value: unknown, min: number, max = Number.POSITIVE_INFINITY): void {
    const test = (given: unknown) => Number.isInteger(given) && within(given as number, min, max);
    this.check(name, value, test, `an integer ${range(min, max)}`);
  }

  number(name: string, value: unknown, min: number, max = Number.POSITIVE_INFINITY): void {
    const test = (given: unknown) => Number.isFinite(given) && within(given as number, min, max);
    this.check(name, value, test, `a number ${range(min, max)}`);
  }

  oneOf(name: string, value: unknown, allowed: readonly string[]): boolean {
    return this.check(name, value, (given) => allowed.includes(given as string), list(allowed));
  }

  text(name: string, value: unknown): boolean {
    return this.check(name, value, (given) => typeof given === "string" && given !== "", "a string that is not empty");
  }

  /** As `text`, and not absent. */
  requiredText(name: string, value: unknown): void {
    if (value === undefined) this.add(name, "given, a string that is not empty", value);
    else this.text(name, value);
  }

  /** Notes a value that is no object. */
  record(name: string, value: unknown, allowed: string): value is Readonly<Record<string, unknown>> {
    return this.check(name, value, isRecord, allowed);
  }

  /** As `record`, and notes names in it that are not options. */
  object(name: string, value: unknown, options: readonly string[]): value is Readonly<Record<string, unknown>> {
    if (!this.record(name, value, `an object with ${list(options)}`)) return false;
    this.members(`${name}.`, value, options);
    return true;
  }

  /** Notes names that are not options, which are mostly slips of the keyboard. */
  members(prefix: string, value: object, options: readonly string[]): void {
    for (const [name, given] of Object.entries(value)) {
      if (options.includes(name) || given === undefined) continue;
      this.lines.push(`${prefix}${name} is not an option here (${list(options)} are), got: ${show(given)}`);
    }
  }
}

/** True for a path into the input (`$`, `$.a`, `$[0]`) or the context object (`$$.Execution.Name`). */
export function isPath(value: unknown): boolean {
  return typeof value === "string" && /^\$\$?(?:$|[.[])/u.test(value);
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function within(value: number, min: number, max: number): boolean {
  return value >= min && value <= max;
}

function range(min: number, max: number): string {
  // Not toLocaleString: its first call takes 12 ms, and every start would pay it.
  const format = (value: number) => String(value).replace(/\B(?=(?:\d{3})+$)/g, ",");
  return max === Number.POSITIVE_INFINITY ? `of at least ${format(min)}` : `from ${format(min)} to ${format(max)}`;
}

/** `A, B or C`. */
export function list(values: readonly string[]): string {
  return values.length < 2 ? values.join() : `${values.slice(0, -1).join(", ")} or ${values.at(-1)}`;
}

/** The value as a person would write it, on one line and not too long. */
function show(value: unknown): string {
  if (typeof value === "number" || typeof value === "bigint" || typeof value === "function")
    return String(value).split("\n", 1).join();
  let text: string | undefined;
  try {
    text = JSON.stringify(value);
  } catch {
    // A cycle or a bigint inside: its kind has to do.
  }
  text ??= value === undefined ? "nothing" : Object.prototype.toString.call(value);
  return text.length > 120 ? `${text.slice(0, 117)}...` : text;
}
