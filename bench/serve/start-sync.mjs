// StartSyncExecution of a Pass machine through HTTP with the JavaScript SDK, 20 at once, client and server each in a process
// of its own. Prints calls a second.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { CreateStateMachineCommand, SFNClient, StartSyncExecutionCommand } from "@aws-sdk/client-sfn";
import { localEndpoint } from "../../dist/lib/index.js";

const CALLS = 4_000;
const AT_ONCE = 20;
const bin = fileURLToPath(new URL("../../dist/lib/cli/bin.js", import.meta.url));
const server = spawn(process.execPath, [bin, "serve", "--quiet"], { stdio: ["ignore", "pipe", "ignore"] });
try {
  const [lines] = await once(server.stdout.setEncoding("utf8"), "data");
  const [, url] = /AWS_ENDPOINT_URL=(\S+)/.exec(lines);
  const client = new SFNClient(localEndpoint(url, "us-east-1"));
  const { stateMachineArn } = await client.send(
    new CreateStateMachineCommand({
      name: "pass",
      type: "EXPRESS",
      roleArn: "arn:aws:iam::000000000000:role/pass",
      definition: JSON.stringify({ StartAt: "P", States: { P: { Type: "Pass", End: true } } }),
    }),
  );
  let left = CALLS;
  const lane = async () => {
    while (left-- > 0) {
      const { status } = await client.send(new StartSyncExecutionCommand({ stateMachineArn, input: '{"a":1}' }));
      if (status !== "SUCCEEDED") throw new Error(`an execution is ${status}`);
    }
  };
  const began = performance.now();
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  console.log((CALLS / ((performance.now() - began) / 1000)).toFixed(0));
} finally {
  server.kill("SIGINT");
}
