import { type MockLookup, mockServices } from "../../adapters/services/mock.js";
import { listed, type MockFile, type TestCase } from "../../adapters/services/mock-file.js";
import type { Services } from "../../run/ports.js";
import { invalid } from "./api-error.js";

/**
 * Mocked responses of an endpoint. As with Step Functions Local, whoever starts an execution chooses the test case, behind
 * the ARN of the state machine: `arn:...:stateMachine:NAME#CASE`.
 */
export class Mocks {
  readonly #file: MockFile | undefined;
  /** By execution. */
  readonly #chosen = new WeakMap<object, TestCase>();

  constructor(file: MockFile | undefined) {
    this.#file = file;
  }

  /** `rest` with the tasks of executions that have a test case replaced. */
  over(rest: Services): Services {
    const lookup: MockLookup = ({ execution, stateName }) => this.#chosen.get(execution)?.get(stateName);
    return this.#file === undefined ? rest : mockServices(lookup, rest);
  }

  /** Takes the name of a test case off an ARN. Throws ValidationException for one that the file does not have. */
  choose(arn: string): { readonly arn: string; readonly testCase: TestCase | undefined } {
    const hash = arn.indexOf("#");
    if (this.#file === undefined || hash === -1) return { arn, testCase: undefined };
    const name = arn.slice(0, hash).split(":")[6] ?? "";
    const cases = this.#file.stateMachines.get(name);
    const testCase = cases?.get(arn.slice(hash + 1));
    if (testCase === undefined) {
      const known = cases === undefined ? "nothing for this state machine" : `only ${listed([...cases.keys()])}`;
      throw invalid(
        `There is no test case '${arn.slice(hash + 1)}' of '${name}' in ${this.#file.file}: it has ${known}`,
      );
    }
    return { arn: arn.slice(0, hash), testCase };
  }

  /** The tasks of an execution, of which all `names` are names, are answered by a test case. */
  use(testCase: TestCase | undefined, ...names: readonly object[]): void {
    if (testCase !== undefined) for (const name of names) this.#chosen.set(name, testCase);
  }

  /** The test case of an execution. */
  of(execution: object): TestCase | undefined {
    return this.#chosen.get(execution);
  }
}
