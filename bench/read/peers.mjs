// Other ways to read the same files, each down to one value or object an item. They answer how many there were.
import { createReadStream } from "node:fs";
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from "hyparquet";
import { compressors } from "hyparquet-compressors";
import papa from "papaparse";

/** JSON.parse of each line of texts of 128 KiB. */
export async function jsonByLine(path) {
  let count = 0;
  let rest = "";
  for await (const chunk of createReadStream(path, { encoding: "utf8", highWaterMark: 128 * 1024 })) {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop();
    for (const line of lines) if (JSON.parse(line) !== undefined) count++;
  }
  return rest === "" ? count : count + 1;
}

export function papaparse(path) {
  let count = 0;
  return new Promise((resolve, reject) => {
    papa.parse(createReadStream(path, { highWaterMark: 128 * 1024 }), {
      header: true,
      chunk({ data }) {
        count += data.length;
      },
      complete: () => resolve(count),
      error: reject,
    });
  });
}

/** One row group after the other. */
export async function hyparquet(path) {
  const file = await asyncBufferFromFile(path);
  const metadata = await parquetMetadataAsync(file);
  let rowStart = 0;
  for (const { num_rows: rows } of metadata.row_groups) {
    const rowEnd = rowStart + Number(rows);
    await parquetReadObjects({ file, metadata, rowStart, rowEnd, compressors });
    rowStart = rowEnd;
  }
  return rowStart;
}
