// The physical limit: bare worker_threads, 2 workers, one JSON text of 256 items each way, two messages in flight each.
// Prints microseconds an item.
import { fileURLToPath } from "node:url";
import { isMainThread, parentPort, Worker } from "node:worker_threads";
import { itemText } from "./items.mjs";

const MESSAGE = 256;

if (isMainThread) {
  const count = Number(process.argv[2] ?? 1e6);
  const workers = [0, 1].map(() => new Worker(fileURLToPath(import.meta.url)));
  await Promise.all(workers.map((worker) => new Promise((resolve) => worker.once("online", resolve))));
  const began = performance.now();
  let sent = 0;
  let done = 0;
  let sum = 0;
  await new Promise((resolve) => {
    const feed = (worker) => {
      const texts = [];
      while (texts.length < MESSAGE && sent < count) texts.push(itemText(sent++));
      if (texts.length > 0) worker.postMessage(`[${texts.join(",")}]`);
    };
    for (const worker of workers) {
      worker.on("message", (text) => {
        for (const { ok } of JSON.parse(text)) {
          sum += ok;
          done++;
        }
        if (done === count) resolve();
        else feed(worker);
      });
      feed(worker);
      feed(worker);
    }
  });
  const elapsed = performance.now() - began;
  if (sum !== (count * (count - 1)) / 2) throw new Error("answers are missing");
  console.log(((elapsed * 1000) / count).toFixed(3));
  await Promise.all(workers.map((worker) => worker.terminate()));
} else {
  parentPort.on("message", (text) => {
    parentPort.postMessage(JSON.stringify(JSON.parse(text).map(({ id }) => ({ ok: id }))));
  });
}
