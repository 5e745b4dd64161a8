/** What matters of a stream to decide how it is written to. */
export interface StreamKind {
  readonly isTTY?: boolean | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** How progress is shown. A live line is for a person at a terminal that can move its cursor. */
export function progressKind(
  wanted: "auto" | "bar" | "plain" | "none",
  stream: StreamKind,
  env: Environment,
): "bar" | "plain" | "none" {
  if (wanted !== "auto") return wanted;
  return stream.isTTY === true && env["TERM"] !== "dumb" && !isCi(env) ? "bar" : "plain";
}

function isCi({ CI }: Environment): boolean {
  return CI !== undefined && CI !== "" && CI !== "0" && CI !== "false";
}

/** Puts text in a colour, or leaves it. */
export type Paint = (colour: "red" | "green" | "yellow" | "dim", text: string) => string;

const CODES = { red: 31, green: 32, yellow: 33, dim: 2 } as const;

/** Colours as https://no-color.org and https://force-color.org have it; else on a terminal that has them. */
export function painter(stream: StreamKind, env: Environment): Paint {
  return hasColours(stream, env)
    ? (colour, text) => `\u001b[${CODES[colour]}m${text}\u001b[0m`
    : (_colour, text) => text;
}

function hasColours(stream: StreamKind, env: Environment): boolean {
  const { NO_COLOR, FORCE_COLOR, TERM } = env;
  if (NO_COLOR !== undefined && NO_COLOR !== "") return false;
  if (FORCE_COLOR !== undefined && FORCE_COLOR !== "") return FORCE_COLOR !== "0" && FORCE_COLOR !== "false";
  return stream.isTTY === true && TERM !== "dumb";
}
