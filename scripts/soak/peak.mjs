// Loaded into the command before its own code: leaves behind the peak of resident memory, in kB.
import { writeFileSync } from "node:fs";
import { isMainThread } from "node:worker_threads";

if (isMainThread) {
  process.on("exit", () => writeFileSync(process.env.SOAK_PEAK, String(process.resourceUsage().maxRSS)));
}
