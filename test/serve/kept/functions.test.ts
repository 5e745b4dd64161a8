import { join } from "node:path";
import { crc32 } from "node:zlib";
import {
  CreateFunctionCommand,
  DeleteFunctionCommand,
  InvokeCommand,
  LambdaClient,
  ListFunctionsCommand,
} from "@aws-sdk/client-lambda";
import { expect, test } from "vitest";
import { localEndpoint } from "../../../lib/aws/local-endpoint.js";
import { startServer } from "../../../lib/serve/server.js";
import { temporaryFolder } from "../endpoint.js";

/** A zip of one file, stored as it is. */
function zip(name: string, text: string): Uint8Array {
  const [file, data] = [Buffer.from(name), Buffer.from(text)];
  const head = Buffer.alloc(30);
  head.writeUInt32LE(0x04034b50, 0);
  head.writeUInt16LE(20, 4);
  head.writeUInt32LE(crc32(data), 14);
  head.writeUInt32LE(data.length, 18);
  head.writeUInt32LE(data.length, 22);
  head.writeUInt16LE(file.length, 26);
  const entry = Buffer.alloc(46);
  entry.writeUInt32LE(0x02014b50, 0);
  entry.writeUInt16LE(20, 4);
  head.copy(entry, 6, 4, 30);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(entry.length + file.length, 12);
  end.writeUInt32LE(head.length + file.length + data.length, 16);
  return Buffer.concat([head, file, data, entry, file, end]);
}

async function session<T>(data: string, act: (client: LambdaClient) => Promise<T>): Promise<T> {
  const server = await startServer({ region: "eu-west-1", data, workers: 1, logDirectory: join(data, "logs") });
  const client = new LambdaClient(localEndpoint(server.url, "eu-west-1"));
  try {
    return await act(client);
  } finally {
    client.destroy();
    await server.close();
  }
}

test("functions that were created are there again and run; those that were deleted are not", async () => {
  const data = temporaryFolder();
  await session(data, async (client) => {
    for (const FunctionName of ["stays", "goes"]) {
      await client.send(
        new CreateFunctionCommand({
          FunctionName,
          Runtime: "nodejs22.x",
          Handler: "index.handler",
          Role: "arn:aws:iam::000000000000:role/test",
          Environment: { Variables: { GREETING: "hello" } },
          Code: { ZipFile: zip("index.js", "exports.handler = async (n) => process.env.GREETING + n;") },
        }),
      );
    }
    await client.send(new DeleteFunctionCommand({ FunctionName: "goes" }));
  });
  await session(data, async (client) => {
    const { Functions = [] } = await client.send(new ListFunctionsCommand({}));
    expect(Functions.map(({ FunctionName }) => FunctionName)).toEqual(["stays"]);
    const answer = await client.send(new InvokeCommand({ FunctionName: "stays", Payload: "7" }));
    expect(JSON.parse(answer.Payload?.transformToString() ?? "")).toBe("hello7");
  });
});
