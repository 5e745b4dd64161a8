import { resolve } from "node:path";
import { expect, test } from "vitest";
import { bucketEnvironment } from "../../lib/local/bucket-environment.js";

test("functions are told where the buckets are", () => {
  const { FANOUT_BUCKETS } = bucketEnvironment({
    s3Root: "root",
    buckets: { photos: "my/photos" },
    itemFiles: {
      real: { name: "s3://elsewhere", isFile: false, isBucket: true },
      own: { name: "n.jsonl", isFile: true },
    },
  });
  expect(JSON.parse(FANOUT_BUCKETS)).toEqual({
    root: resolve("root"),
    places: { photos: resolve("my/photos"), real: "s3://elsewhere" },
  });
});
