/** A JSONPath that is written wrongly. The message says why, in words for the author of the definition. */
export class PathSyntaxError extends Error {}
