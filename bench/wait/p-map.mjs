// p-map: calls a function for each item, a number of them at once, and nothing else. Prints milliseconds.
import pMap from "p-map";
import { AT_ONCE, items, timed, wait } from "./work.mjs";

const [, warm] = await timed(() => pMap(items, wait, { concurrency: AT_ONCE }));
console.log(warm);
