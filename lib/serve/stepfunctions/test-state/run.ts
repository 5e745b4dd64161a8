import type { Json, JsonText } from "../../../json.js";
import { type Effect, type Frame, type MapRunRequest, StateFailure, type StepIo } from "../../../machine/index.js";
import { raised, recover } from "../../../machine/recover.js";
import type { TaskRequest } from "../../../machine/task-request.js";

/** What the world answers a state that is tested. */
export type Answer = { readonly result: JsonText } | { readonly failure: StateFailure };

export interface World {
  task(request: TaskRequest): Promise<Answer>;
  /** The branches or the iterations; for a distributed Map with what it asks for. */
  children(mapRun: MapRunRequest | undefined): Answer;
}

/** How a test of a state ended. */
export interface TestEnd {
  readonly status: "SUCCEEDED" | "FAILED" | "RETRIABLE" | "CAUGHT_ERROR";
  readonly output?: JsonText;
  readonly failure?: StateFailure;
  readonly nextState?: string;
  /** Before the retry that is due. */
  readonly backoffSeconds?: number;
  /** What the state got from the world. */
  readonly result?: JsonText;
  readonly mapRun?: MapRunRequest;
}

/** Takes one state, and no other, from its start to its end, its first failure included. */
export async function runState(frame: Frame, io: StepIo, world: World): Promise<TestEnd> {
  const { state } = frame;
  frame.enteredAt = io.now;
  const seen: { result?: JsonText; mapRun?: MapRunRequest; failure?: StateFailure } = {};
  const fail = (failure: StateFailure) => {
    seen.failure = failure;
    return recover(frame, failure, io);
  };
  const attempt = (act: () => Effect): Effect => {
    try {
      return act();
    } catch (error) {
      return fail(raised(frame, error, io));
    }
  };
  const take = (answer: Answer): Effect => {
    if ("failure" in answer) return fail(answer.failure);
    seen.result = answer.result;
    return attempt(() => state.flow.finish(frame, io, answer.result, state.next));
  };
  let effect = attempt(() => state.start(frame, io));
  for (;;) {
    switch (effect.kind) {
      case "task":
        effect = take(await world.task(effect));
        break;
      case "spawn":
        effect = take(world.children(undefined));
        break;
      case "mapRun":
        seen.mapRun = effect.request;
        effect = take(world.children(effect.request));
        break;
      case "evaluate": {
        const { proceed } = frame.work as { proceed(values: readonly Json[]): Effect };
        const values = await evaluated(effect);
        frame.work = null;
        effect = values instanceof StateFailure ? fail(raised(frame, values, io)) : attempt(() => proceed(values));
        break;
      }
      case "sleep": {
        if (seen.failure !== undefined) {
          return { ...seen, status: "RETRIABLE", backoffSeconds: (effect.until - io.now) / 1000 };
        }
        // A Wait state is not waited for.
        effect = attempt(() => state.resume(frame, { kind: "woke" }, io));
        break;
      }
      case "next":
        return { ...seen, status: endStatus(frame), output: frame.input, nextState: frame.state.name };
      case "succeed":
        return { ...seen, status: "SUCCEEDED", output: effect.output };
      case "fail":
        return { ...seen, status: "FAILED", failure: effect.failure };
      case "wait":
        throw new Error("a state that is tested waits for nothing else");
    }
  }
}

function endStatus({ caught }: Frame): TestEnd["status"] {
  return caught ? "CAUGHT_ERROR" : "SUCCEEDED";
}

async function evaluated({ requests }: Extract<Effect, { kind: "evaluate" }>): Promise<readonly Json[] | StateFailure> {
  try {
    const values: Json[] = [];
    for (const { template, bindings } of requests) values.push(await template.evaluate(bindings));
    return values;
  } catch (error) {
    if (error instanceof StateFailure) return error;
    throw error;
  }
}
