import { ApiError } from "./api-error.js";

/** What an operation that lists is asked for. */
export interface PageRequest {
  readonly maxResults?: number | undefined;
  readonly nextToken?: string | undefined;
}

/** Results of a page when nothing is said. */
const DEFAULT_RESULTS = 100;

/**
 * The page of `all` that is asked for. A token names the last result of the page before, so that what is added or
 * removed in between moves nothing. Throws InvalidToken for a token that was not given out for this `scope`.
 */
export function page<T>(
  all: readonly T[],
  key: (item: T) => string,
  scope: string,
  { maxResults = 0, nextToken }: PageRequest,
): { items: readonly T[]; nextToken?: string } {
  const size = maxResults === 0 ? DEFAULT_RESULTS : maxResults;
  const start = nextToken === undefined ? 0 : startAfter(all, key, scope, nextToken);
  const items = all.slice(start, start + size);
  const last = items.at(-1);
  if (last === undefined || start + size >= all.length) return { items };
  return { items, nextToken: encode({ scope, key: key(last), at: start + size }) };
}

interface Token {
  readonly scope: string;
  readonly key: string;
  /** Where the next page begins unless something has been added or removed. */
  readonly at: number;
}

function startAfter<T>(all: readonly T[], key: (item: T) => string, scope: string, text: string): number {
  const token = decode(text);
  if (token?.scope !== scope) throw new ApiError("InvalidToken", "Invalid Token: 'Invalid token'");
  const before = all[token.at - 1];
  if (before !== undefined && key(before) === token.key) return token.at;
  const found = all.findIndex((item) => key(item) === token.key);
  return found === -1 ? token.at : found + 1;
}

function encode(token: Token): string {
  return Buffer.from(JSON.stringify([token.scope, token.key, token.at])).toString("base64");
}

function decode(text: string): Token | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(text, "base64").toString("utf8"));
    if (!Array.isArray(value)) return undefined;
    const [scope, key, at]: readonly unknown[] = value;
    if (typeof scope !== "string" || typeof key !== "string" || typeof at !== "number") return undefined;
    return Number.isInteger(at) && at > 0 ? { scope, key, at } : undefined;
  } catch {
    return undefined;
  }
}
