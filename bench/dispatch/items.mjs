import { createWriteStream, existsSync, statSync } from "node:fs";
import { mkdir, rename } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** The items of all dispatch benches: about 90 bytes of JSON each, all different. */
const REST = `,"name":"${"x".repeat(40)}","tags":["a","b"],"at":1.5}`;

/** One item as JSON text. */
export const itemText = (id) => `{"id":${id}${REST}`;

/** One item as a value. */
export const item = (id) => ({ id, name: "x".repeat(40), tags: ["a", "b"], at: 1.5 });

/** A JSONL file of `count` items in the folder for temporary files; made once. */
export async function itemsFile(count) {
  const folder = join(tmpdir(), "fanout-bench");
  const path = join(folder, `items-${count}.jsonl`);
  if (existsSync(path) && statSync(path).size > 0) return path;
  await mkdir(folder, { recursive: true });
  const file = createWriteStream(`${path}.partial`);
  let text = "";
  for (let id = 0; id < count; id++) {
    text += `${itemText(id)}\n`;
    if (text.length < 1 << 20) continue;
    if (!file.write(text)) await new Promise((resolve) => file.once("drain", resolve));
    text = "";
  }
  await new Promise((resolve) => file.end(text, resolve));
  await rename(`${path}.partial`, path);
  return path;
}
