import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { isMissing } from "../../adapters/store/errors.js";

let temporaries = 0;

/** Writes a small file so that readers see the old text or the new one. Makes its folder. */
export async function writeWhole(path: string, text: string): Promise<void> {
  const temporary = `${path}.${process.pid}-${temporaries++}`;
  await writeFile(temporary, text).catch(async (error: unknown) => {
    if (!isMissing(error)) throw error;
    await mkdir(dirname(path), { recursive: true });
    await writeFile(temporary, text);
  });
  await rename(temporary, path);
}

/** The JSON value of a file; undefined when there is none, or when it is none. */
export async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, "utf8"));
  } catch (error) {
    if (isMissing(error) || error instanceof SyntaxError) return undefined;
    throw error;
  }
}
