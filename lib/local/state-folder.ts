import { writeFile } from "node:fs/promises";
import { join } from "node:path";

/** Folder in the working directory for what runs leave behind: buckets, logs, bundles. */
export const STATE_FOLDER = ".fanout";

/** Keeps the folder out of version control, if there is one: its own .gitignore names everything in it. */
export async function ignoreStateFolder(directory = "."): Promise<void> {
  // It is a courtesy: a folder that is not there, or has its own rules, or may not be written, is left alone.
  await writeFile(join(directory, STATE_FOLDER, ".gitignore"), "*\n", { flag: "wx" }).catch(() => {});
}
