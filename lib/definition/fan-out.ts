import { FanoutError } from "../errors.js";
import type { JsonObject } from "../json.js";
import { checkFanOut } from "./fan-out/check.js";
import { childStates } from "./fan-out/child.js";
import { itemsFields } from "./fan-out/items.js";
import type { IsToken } from "./fan-out/mistakes.js";
import type { FanOutOptions, FanOutRefs } from "./fan-out/options.js";
import { gatherState, resultFields } from "./fan-out/results.js";

export type * from "./fan-out/options.js";

/** How the builder is to work; nothing a user of fanout needs to know. */
export interface FanOutBuild {
  /** What all state names begin with. Default: nothing. */
  readonly prefix?: string | undefined;
  /** Recognises values that are not known yet, which no check refuses. Default: every value is known. */
  readonly isToken?: IsToken | undefined;
}

/** The states of a fan-out, to be put into a machine that has others too. */
export interface FanOutStates {
  /** Name of the Map state. */
  readonly map: string;
  /** Name of the Task that invokes the gather function, which comes after the Map; absent without one. */
  readonly gather?: string;
  /** The states by name, without a Next or End on their way out. */
  readonly states: { readonly [name: string]: JsonObject };
}

/**
 * The one builder of the fan-out's state machine: the CDK construct deploys what it returns and a local run executes
 * it. Throws FanoutError `FANOUT_OPTION_INVALID` with one line for each option that is wrong.
 */
export function fanOut(options: FanOutOptions, refs: FanOutRefs, how: FanOutBuild = {}): JsonObject {
  const { map, gather, states } = fanOutStates(options, refs, how);
  const comment = options.comment === undefined ? {} : { Comment: options.comment };
  if (gather === undefined) return { ...comment, StartAt: map, States: { [map]: { ...states[map], End: true } } };
  return {
    ...comment,
    StartAt: map,
    States: { [map]: { ...states[map], Next: gather }, [gather]: { ...states[gather], End: true } },
  };
}

/**
 * The states alone, for use inside a larger machine. State names are unique in a whole machine, those of children
 * included, so two fan-outs in one machine need different prefixes. Throws as `fanOut` does.
 */
export function fanOutStates(options: FanOutOptions, refs: FanOutRefs, how: FanOutBuild = {}): FanOutStates {
  const { prefix = "", isToken = () => false } = how;
  const mistakes = checkFanOut(options, refs, isToken);
  if (mistakes.length > 0) throw new FanoutError("FANOUT_OPTION_INVALID", mistakes.join("\n"));
  const partition = refs.partition ?? "aws";
  const map = `${prefix}FanOut`;
  const mapState = {
    Type: "Map",
    ...itemsFields(options, partition),
    ...pick({ ItemSelector: options.itemSelector }),
    ...batchFields(options),
    ItemProcessor: {
      ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: options.childType ?? "EXPRESS" },
      ...childStates(options, refs.task, partition, prefix),
    },
    ...pick({
      MaxConcurrency: options.maxConcurrency,
      ToleratedFailureCount: options.toleratedFailureCount,
      ToleratedFailurePercentage: options.toleratedFailurePercentage,
      Label: options.label,
    }),
    ...resultFields(options, refs, partition),
  };
  if (refs.gather === undefined) return { map, states: { [map]: mapState } };
  const gather = `${prefix}Gather`;
  return { map, gather, states: { [map]: mapState, [gather]: gatherState(refs.gather, options, partition) } };
}

function batchFields({ batch, batchInput }: FanOutOptions): JsonObject {
  if (batch === undefined) return {};
  const fields = pick({ MaxItemsPerBatch: batch.items, MaxInputBytesPerBatch: batch.bytes, BatchInput: batchInput });
  return { ItemBatcher: fields };
}

/** The fields that have a value. */
function pick(fields: { readonly [name: string]: JsonObject[string] | undefined }): JsonObject {
  const given: { [name: string]: JsonObject[string] } = {};
  for (const [name, value] of Object.entries(fields)) if (value !== undefined) given[name] = value;
  return given;
}
