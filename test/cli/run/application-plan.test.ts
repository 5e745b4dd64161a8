import { expect, test } from "vitest";
import { bucketFolders } from "../../../lib/cli/run/application-plan.js";

const BUCKETS = ["photos0a1b2c3d", "photosold99887766", "results"];

test.each([
  ["results", "results"],
  ["Photos0", "photos0a1b2c3d"],
  ["photosOld", "photosold99887766"],
  // Several begin so: it is taken at its word.
  ["photos", "photos"],
  ["elsewhere", "elsewhere"],
])("--s3 %s=DIR means the bucket %s", (given, meant) => {
  expect(bucketFolders({ [given]: "dir" }, BUCKETS)).toEqual({ [meant]: "dir" });
});
