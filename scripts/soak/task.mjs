import { fateOf } from "./fate.mjs";

const rates = JSON.parse(process.env.RATES);

class Unlucky extends Error {
  name = "Unlucky";
}

/** Does to an item, which is its number, what is its fate. */
export const handler = async (id) => {
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
