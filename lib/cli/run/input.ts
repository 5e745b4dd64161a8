import { readFileSync } from "node:fs";
import { text as textOf } from "node:stream/consumers";
import { FanoutError } from "../../errors.js";
import { JsonText } from "../../json.js";
import { PAYLOAD_LIMIT, utf8Length } from "../../machine/index.js";
import { findSyntaxMistake, placeOf } from "../../run/read/json-syntax.js";

/** The input that `--input` means: JSON, `@FILE`, or `-` for stdin. Absent: `{}`. Throws FanoutError. */
export async function readInput(given = "{}"): Promise<JsonText> {
  const file = given.startsWith("@") ? given.slice(1) : undefined;
  const text = file !== undefined ? readFile(file) : given === "-" ? await textOf(process.stdin) : given;
  const name = file ?? (given === "-" ? "stdin" : "--input");
  if (text.trim() === "") throw new FanoutError("FANOUT_USAGE", `${name}: the input is empty, JSON was expected`);
  check(text, name);
  if (utf8Length(text) > PAYLOAD_LIMIT) {
    const message = `${name}: the input has ${utf8Length(text)} bytes, an execution takes ${PAYLOAD_LIMIT} at most`;
    throw new FanoutError("FANOUT_USAGE", message);
  }
  return new JsonText(text);
}

function readFile(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const location = { file };
    if (code !== "ENOENT") throw new FanoutError("FANOUT_FILE_UNREADABLE", message, { location, cause });
    throw new FanoutError("FANOUT_FILE_NOT_FOUND", "there is no such file", { location, cause });
  }
}

function check(text: string, name: string): void {
  try {
    JSON.parse(text);
  } catch (cause) {
    const { offset, message } = findSyntaxMistake(text);
    throw new FanoutError("FANOUT_USAGE", message, { location: { file: name, ...placeOf(text, offset) }, cause });
  }
}
