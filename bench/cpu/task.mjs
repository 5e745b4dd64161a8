import { work } from "./work.mjs";

export const handler = async ({ rounds }) => work(rounds);
