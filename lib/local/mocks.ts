import type { MockLookup } from "../adapters/services/mock.js";
import { listed, type MockFile, readMockFile, type TestCase } from "../adapters/services/mock-file.js";
import type { Application, StateMachineSource } from "../definition/application.js";
import { matching } from "../definition/load/select.js";
import { isObject, type Json } from "../json.js";

/** A test case of a file in the format of Step Functions Local. */
export interface MockOption {
  readonly file: string;
  readonly testCase: string;
}

/**
 * The mocked responses of a test case, for the state machine that is run and for those it may start. Throws FanoutError
 * for a file that is not right or does not fit.
 */
export function mockLookup(
  { file, testCase }: MockOption,
  application: Application,
  stateMachine: StateMachineSource,
): MockLookup {
  const mocks = readMockFile(file);
  const byMachine = new Map<string, TestCase>();
  for (const [name, cases] of mocks.stateMachines) {
    const states = cases.get(testCase);
    if (states === undefined) continue;
    const path = `/StateMachines/${name}/TestCases/${testCase}`;
    for (const found of matching([...application.stateMachines, ...(application.unread ?? [])], name)) {
      checkStates(mocks, "read" in found ? found.read() : found, states, path);
      byMachine.set(found.name, states);
    }
  }
  if (!byMachine.has(stateMachine.name)) throw noCase(mocks, stateMachine, testCase);
  return ({ stateMachineName, stateName }) => byMachine.get(stateMachineName)?.get(stateName);
}

function noCase({ stateMachines, mistake }: MockFile, { name, logicalId }: StateMachineSource, testCase: string) {
  const known = [...stateMachines].find(([key]) => key === name || key === logicalId);
  if (known === undefined) {
    const names = listed([...stateMachines.keys()]);
    return mistake("/StateMachines", `there is nothing for the state machine "${name}", only for ${names}`);
  }
  const [key, cases] = known;
  const path = `/StateMachines/${key}/TestCases`;
  return mistake(path, `there is no test case "${testCase}", only ${listed([...cases.keys()])}`);
}

/** A response for a state that is not there would never be used, and the task run for real. */
function checkStates({ mistake }: MockFile, source: StateMachineSource, states: TestCase, path: string): void {
  const tasks = new Set<string>();
  collectTasks(source.definition, tasks);
  for (const state of states.keys()) {
    if (tasks.has(state)) continue;
    throw mistake(
      `${path}/${state}`,
      `the state machine "${source.name}" has no Task "${state}", only ${listed([...tasks])}`,
    );
  }
}

function collectTasks(value: Json, tasks: Set<string>): void {
  if (Array.isArray(value)) for (const item of value) collectTasks(item, tasks);
  if (!isObject(value)) return;
  const { States: states } = value;
  for (const [name, state] of Object.entries(isObject(states) ? states : {})) {
    if (isObject(state) && state["Type"] === "Task") tasks.add(name);
  }
  for (const item of Object.values(value)) collectTasks(item, tasks);
}
