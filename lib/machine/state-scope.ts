import type { Json, JsonObject, JsonText } from "../json.js";
import { contextOf } from "./context.js";
import type { StepIo } from "./effects.js";
import type { JsonataBindings } from "./expressions/index.js";
import type { Frame, MapItem } from "./frame.js";
import type { Scope, Variables } from "./scope.js";

/** What JSONPath expressions of a state see. `$` is parsed only when an expression reads it. */
export class StateScope implements Scope {
  readonly #data: JsonText;
  readonly #frame: Frame;
  readonly #io: StepIo;
  readonly #item: MapItem | null;
  readonly variables: Variables | null;

  constructor(data: JsonText, frame: Frame, io: StepIo, item: MapItem | null = frame.mapItem) {
    this.#data = data;
    this.#frame = frame;
    this.#io = io;
    this.#item = item;
    this.variables = frame.variables;
  }

  get data(): Json {
    return this.#data.value;
  }

  context(): JsonObject {
    return contextOf(this.#frame, this.#item);
  }

  random(): number {
    return this.#io.random();
  }

  uuid(): string {
    return this.#io.uuid();
  }
}

/** What JSONata expressions of a state see besides its input, context and variables. */
export interface Extra {
  readonly result?: JsonText;
  readonly errorOutput?: Json;
  readonly item?: MapItem;
}

/** The bindings of `$states`, variables, time and chance for the JSONata expressions of a state. */
export function jsonataBindings(frame: Frame, io: StepIo, extra: Extra = {}): JsonataBindings {
  const { input } = frame;
  const states = {
    get input(): Json {
      return input.value;
    },
    context: () => contextOf(frame, extra.item ?? frame.mapItem),
    ...(extra.result === undefined ? {} : { result: extra.result.value }),
    ...(extra.errorOutput === undefined ? {} : { errorOutput: extra.errorOutput }),
  };
  const { now } = io;
  return { states, variables: frame.variables, random: () => io.random(), uuid: () => io.uuid(), millis: () => now };
}
