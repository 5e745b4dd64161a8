// I/O, a hundred at once: a task that waits more than it works needs no threads.
//
// A task given as a function runs on the event loop of this process. Here it asks a web server, started below, for 500
// pages of which some are missing; a missing page is an error of that item and of no other.
//
//     node examples/many-requests.mjs
import { once } from "node:events";
import { createServer } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { runLocal } from "fanout";

let open = 0;
let mostOpen = 0;
const server = createServer(async (request, response) => {
  open += 1;
  mostOpen = Math.max(mostOpen, open);
  await sleep(20);
  open -= 1;
  response.statusCode = request.url.endsWith("7") ? 404 : 200;
  response.end(`page ${request.url}`);
});
server.listen(0, "127.0.0.1");
await once(server, "listening");
const { port } = server.address();

class PageMissing extends Error {
  name = "PageMissing";
}

async function sizeOf(path) {
  const response = await fetch(`http://127.0.0.1:${port}${path}`);
  const body = await response.text();
  if (!response.ok) throw new PageMissing(`${path} answers ${response.status}`);
  return { path, bytes: body.length };
}

const run = await runLocal({
  task: sizeOf,
  items: Array.from({ length: 500 }, (_, page) => `/${page}`),
  maxConcurrency: 100,
  toleratedFailurePercentage: 20,
});
const results = await run.results();
const { items, failures } = await run.summary;
server.close();
server.closeAllConnections();

const bytes = results.reduce((sum, { output }) => sum + (output?.bytes ?? 0), 0);
console.log(`${items.succeeded} pages of ${bytes} bytes in all, at most ${mostOpen} requests at once`);
for (const { name, count, example } of failures) console.log(`${count} x ${name}, such as: ${example.message}`);
