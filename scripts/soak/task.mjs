import { fateOf } from "./fate.mjs";

class Unlucky extends Error {
  name = "Unlucky";
}

/** Does to an item what is its fate. */
export const handler = async ({ id, rates }) => {
  switch (fateOf(id, rates)) {
    case "throws":
      throw new Unlucky(`item ${id}`);
    case "hangs":
      return new Promise(() => {});
    case "crashes":
      process.exit(1);
  }
  return { id };
};
