import type { Result } from "../../results/result.js";

/** Where what is written goes. A promise asks to wait. */
export interface Target {
  write(text: string): void | Promise<void>;
  append(bytes: Uint8Array): void | Promise<void>;
}

/** Writes results in one format. */
export interface ResultsWriter {
  add(result: Result): void | Promise<void>;
  /** Writes what is left. */
  end(): Promise<void>;
  /** Removes temporary files; called in any case. */
  close(): Promise<void>;
}

/** A result as JSON on one line: the shape of `fanout run --out`, with the child's name and the input before the output. */
export function lineOf({ index, count, name, status, input, output, error }: Result): string {
  const members = [
    ...(index === undefined ? [] : [`"index":${index}`]),
    ...(count === 1 ? [] : [`"items":${count}`]),
    ...(name === undefined ? [] : [`"name":${JSON.stringify(name)}`]),
    `"status":"${status}"`,
    ...(input === undefined ? [] : [`"input":${input}`]),
    output === undefined ? `"error":${JSON.stringify(error)}` : `"output":${output}`,
  ];
  return `{${members.join(",")}}`;
}

/** One result a line. */
export function lines(target: Target): ResultsWriter {
  return {
    add: (result) => target.write(`${lineOf(result)}\n`),
    end: async () => {},
    close: async () => {},
  };
}

/** One array. */
export function array(target: Target): ResultsWriter {
  let before = "[";
  return {
    add(result) {
      const text = `${before}\n${lineOf(result)}`;
      before = ",";
      return target.write(text);
    },
    async end() {
      await target.write(before === "[" ? "[]\n" : "\n]\n");
    },
    close: async () => {},
  };
}
