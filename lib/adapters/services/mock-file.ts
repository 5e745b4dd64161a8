import { jsonErrorPosition } from "../../definition/load/json-position.js";
import { readText } from "../../definition/load/read.js";
import { locate } from "../../definition/validate.js";
import { FanoutError } from "../../errors.js";
import { isObject, type Json, type JsonObject } from "../../json.js";

/** What a mocked task answers. */
export type MockedAnswer =
  | { readonly kind: "return"; readonly output: Json }
  | { readonly kind: "throw"; readonly error: string; readonly cause: string | undefined };

/** The answers of one state, by the number of its invocation within an execution, from 0. */
export interface MockedResponse {
  readonly name: string;
  /** In order; neither overlaps another. */
  readonly answers: readonly { readonly from: number; readonly to: number; readonly answer: MockedAnswer }[];
}

/** State -> response. */
export type TestCase = ReadonlyMap<string, MockedResponse>;

/** A file in the format of Step Functions Local: a MockConfigFile.json. */
export interface MockFile {
  /** As the user gave it. */
  readonly file: string;
  /** State machine -> test case -> states. */
  readonly stateMachines: ReadonlyMap<string, ReadonlyMap<string, TestCase>>;
  /** The error of a mistake in the file, with its place. `path` is like `/StateMachines/Order/TestCases/Happy`. */
  mistake(path: string, message: string): FanoutError;
}

/** Reads a file of mocked responses. Throws FANOUT_FILE_NOT_FOUND, FANOUT_FILE_UNREADABLE and FANOUT_MOCK_INVALID. */
export function readMockFile(file: string): MockFile {
  return parseMockFile(readText(file), file);
}

/** The same of the file's text. */
export function parseMockFile(text: string, file: string): MockFile {
  return new Parser(text, file).parse();
}

class Parser {
  readonly #text: string;
  readonly #file: string;

  constructor(text: string, file: string) {
    this.#text = text;
    this.#file = file;
  }

  parse(): MockFile {
    const root = this.#object(this.#json(), "");
    const responses = this.#entries(root["MockedResponses"], "/MockedResponses", (name, value, path) =>
      this.#response(name, value, path),
    );
    const stateMachines = this.#entries(root["StateMachines"], "/StateMachines", (_name, machine, path) =>
      this.#entries(this.#object(machine, path)["TestCases"], `${path}/TestCases`, (_case, states, casePath) =>
        this.#entries(states, casePath, (_state, response, statePath) => {
          const found = typeof response === "string" ? responses.get(response) : undefined;
          if (found !== undefined) return found;
          const known = `MockedResponses has ${listed([...responses.keys()])}`;
          throw this.#mistake(statePath, `there is no mocked response ${JSON.stringify(response)}: ${known}`);
        }),
      ),
    );
    return { file: this.#file, stateMachines, mistake: (path, message) => this.#mistake(path, message) };
  }

  #response(name: string, value: Json, path: string): MockedResponse {
    const answers = [...this.#entries(value, path, (key, answer, at) => this.#answer(key, answer, at)).values()];
    answers.sort((a, b) => a.from - b.from);
    answers.forEach(({ from }, index) => {
      const before = answers[index - 1];
      if (before !== undefined && from <= before.to) {
        throw this.#mistake(path, `two of its answers are for invocation ${from}`);
      }
    });
    return { name, answers };
  }

  #answer(key: string, value: Json, path: string): MockedResponse["answers"][number] {
    const [, first, last = first] = /^(\d+)(?:-(\d+))?$/.exec(key) ?? [];
    const [from, to] = [Number(first), Number(last)];
    if (first === undefined || to < from) {
      throw this.#mistake(path, `"${key}" must be the number of an invocation, such as "0", or a range, such as "1-2"`);
    }
    const { Return: output, Throw: thrown } = this.#object(value, path);
    if ((output === undefined) === (thrown === undefined)) {
      throw this.#mistake(path, "an answer has either a Return or a Throw");
    }
    if (output !== undefined) return { from, to, answer: { kind: "return", output } };
    const { Error: error, Cause: cause } = this.#object(thrown, `${path}/Throw`);
    if (typeof error !== "string" || !(cause === undefined || typeof cause === "string")) {
      throw this.#mistake(`${path}/Throw`, "Throw needs an Error and may have a Cause, both strings");
    }
    return { from, to, answer: { kind: "throw", error, cause } };
  }

  #entries<T>(value: Json | undefined, path: string, read: (name: string, value: Json, path: string) => T) {
    const entries = Object.entries(this.#object(value, path));
    return new Map(entries.map(([name, item]) => [name, read(name, item, `${path}/${name}`)] as const));
  }

  #object(value: Json | undefined, path: string): JsonObject {
    if (isObject(value)) return value;
    const name = path.slice(path.lastIndexOf("/") + 1);
    if (value === undefined) throw this.#mistake("", `${name} is missing`);
    throw this.#mistake(path, `${path === "" ? "the file" : name} must hold an object`);
  }

  #json(): Json {
    try {
      return JSON.parse(this.#text) as Json;
    } catch (error) {
      const location = { file: this.#file, ...jsonErrorPosition(this.#text, error as Error) };
      throw new FanoutError("FANOUT_FILE_UNREADABLE", "broken JSON", { location, cause: error });
    }
  }

  #mistake(path: string, message: string): FanoutError {
    const location = { file: this.#file, ...locate(this.#text, path), path };
    return new FanoutError("FANOUT_MOCK_INVALID", message, { location });
  }
}

/** Names for a person: `none`, `"a"`, `"a" and "b"`. */
export function listed(names: readonly string[]): string {
  if (names.length === 0) return "none";
  return names
    .map((name) => `"${name}"`)
    .join(", ")
    .replace(/, ([^,]*)$/, " and $1");
}
