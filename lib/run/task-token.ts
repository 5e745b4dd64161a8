/** Says what it is and whose, so that a token whose task is over can still be told from text that never was one. */
interface Content {
  /** A UUID. */
  readonly task: string;
  /** ARN of the activity, or of the execution. */
  readonly of: string;
}

export function makeTaskToken(task: string, of: string): string {
  return Buffer.from(JSON.stringify({ task, of } satisfies Content)).toString("base64");
}

/** The ARN that a token was made for; undefined for text that is no token. */
export function ownerOfToken(token: string): string | undefined {
  const text = Buffer.from(token, "base64").toString();
  if (!text.startsWith('{"task":')) return undefined;
  try {
    const { task, of } = JSON.parse(text) as Partial<Content>;
    return typeof task === "string" && typeof of === "string" && makeTaskToken(task, of) === token ? of : undefined;
  } catch {
    return undefined;
  }
}
