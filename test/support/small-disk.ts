import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished, type TestContext } from "vitest";

const command = (name: string, ...args: string[]) => execFileSync(name, args, { stdio: "pipe" });

/** A disk of a few bytes. The test is skipped, and says so, where no file system can be mounted. */
export function smallDisk(kilobytes: number, context: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "fanout-disk-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  try {
    command("mount", "-t", "tmpfs", "-o", `size=${kilobytes}k`, "tmpfs", folder);
  } catch (error) {
    const why = (error as Error).message.trim().replaceAll("\n", " ");
    console.warn(`SKIPPED: a full disk cannot be tried, since no tmpfs can be mounted here (${why})`);
    context.skip("no tmpfs can be mounted here");
  }
  onTestFinished(() => {
    command("umount", folder);
  });
  return folder;
}
