#!/usr/bin/env node
import { packageVersion } from "./version.js";

const args = process.argv.slice(2);

// The version alone is answered before anything else is loaded: scripts ask for it often.
if (args.length === 1 && (args[0] === "--version" || args[0] === "-V")) {
  process.stdout.write(`${packageVersion()}\n`);
} else {
  const { main } = await import("./main.js");
  await main(args);
}
