import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { createS3 } from "../../../lib/serve/s3/s3.js";
import { temporaryFolders } from "../../adapters/store/temporary.js";
import { objectStoreContract } from "../../contracts/object-store.js";

const temporary = temporaryFolders();

objectStoreContract(async (contents) => {
  const root = temporary();
  mkdirSync(join(root, "bucket"));
  const { store } = createS3({ root, region: "us-east-1" });
  for (const [key, content] of Object.entries(contents)) {
    const writer = await store.put("bucket", key);
    await writer.write(content);
    await writer.close();
  }
  return store;
});
