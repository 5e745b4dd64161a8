import type { JsonObject } from "../../json.js";
import { invokeResource, limitFields, longestWait } from "./invoke.js";
import type { FanOutOptions, ItemRetryOptions } from "./options.js";

/*
 * The states that follow a child's first invocation and try again the items that are not done:
 *
 *   Task -> Check -> BackOff -> TaskAgain -> CheckAgain -> Done
 *             |         ^                        |
 *             +-> Done  +------------------------+
 *
 * What flows between them is the outcomes of the whole batch, in order; it is also kept in `$outcomes`, and `$attempt`
 * counts the retries. The items are never copied: the input of a child execution stays in its context object.
 * Anything but a list of outcomes as task() makes it goes from Check to Done as it is.
 *
 * JSONata 2.0.6 turns a sequence of one into its element, so every $map that must stay an array ends in `[]`. Wrapping
 * it in `[ ]` would not do: an item that is itself an array would be spliced.
 */

/** The retry states and the name of the first of them, which expects the first outcomes as its input. */
export function itemRetryStates(
  options: FanOutOptions,
  itemRetry: ItemRetryOptions,
  task: string,
  partition: string,
  prefix: string,
): [first: string, states: { readonly [name: string]: JsonObject }] {
  const { attempts = 2 } = itemRetry;
  const [check, backOff, taskAgain, checkAgain, done] = ["Check", "BackOff", "TaskAgain", "CheckAgain", "Done"].map(
    (name) => prefix + name,
  ) as [string, string, string, string, string];
  const states = {
    [check]: {
      Type: "Choice",
      QueryLanguage: "JSONata",
      Choices: [
        { Condition: `{% ${areOpen} and ${areOutcomes} %}`, Assign: { outcomes: input, attempt: 0 }, Next: backOff },
      ],
      Default: done,
    },
    [backOff]: { Type: "Wait", QueryLanguage: "JSONata", Seconds: `{% ${wait(itemRetry)} %}`, Next: taskAgain },
    [taskAgain]: {
      Type: "Task",
      QueryLanguage: "JSONata",
      Resource: invokeResource(partition),
      Arguments: { FunctionName: task, Payload: payload(options.batchInput !== undefined) },
      ...limitFields(options),
      // An invocation that fails as a whole must not cost the items that are done already: it only uses up an attempt.
      Catch: [{ ErrorEquals: ["States.ALL"], Assign: countAttempt, Output: "{% $outcomes %}", Next: checkAgain }],
      Assign: countAttempt,
      Output: `{% ${merged} %}`,
      Next: checkAgain,
    },
    [checkAgain]: {
      Type: "Choice",
      QueryLanguage: "JSONata",
      Choices: [
        { Condition: `{% $attempt < ${attempts} and ${areOpen} %}`, Assign: { outcomes: input }, Next: backOff },
      ],
      Default: done,
    },
    [done]: { Type: "Succeed" },
  };
  return [check, states];
}

const input = "{% $states.input %}";

const countAttempt = { attempt: "{% $attempt + 1 %}" };

/** At least one of the outcomes is not a success. */
const areOpen = '("failed" in $states.input.status or "unprocessed" in $states.input.status)';

/** The input is one outcome for each item. */
const areOutcomes =
  '$type($states.input) = "array" and $count($states.input) = $count($states.context.Execution.Input.Items)' +
  ' and $count($states.input[status in ["succeeded", "failed", "unprocessed"]]) = $count($states.input)';

/** Whole seconds, drawn evenly between 0 and the full wait. */
function wait({ intervalSeconds = 1, backoffRate = 2, maxDelaySeconds }: ItemRetryOptions): string {
  const longest = maxDelaySeconds ?? longestWait(intervalSeconds);
  return `$ceil($random() * $min([${longest}, ${intervalSeconds} * $power(${backoffRate}, $attempt)]))`;
}

/** The batch again with just the items that are not done. */
function payload(withBatchInput: boolean): JsonObject {
  const items =
    "$map($zip($states.context.Execution.Input.Items, $outcomes)," +
    ' function($pair) { $pair[1].status != "succeeded" ? $pair[0] })[]';
  return {
    ...(withBatchInput ? { BatchInput: "{% $states.context.Execution.Input.BatchInput %}" } : {}),
    Items: `{% ${items} %}`,
  };
}

/**
 * The outcomes with the new ones in the places of those that were not successes. `$open` holds those places, `$fresh`
 * the new outcomes by place; a place that got no outcome keeps its old one.
 */
const merged =
  '($open := $map($outcomes, function($outcome, $place) { $outcome.status != "succeeded" ? $place })[];' +
  " $fresh := $merge($map($zip($open, $states.result.Payload), function($pair)" +
  ' { $pair[1].status in ["succeeded", "failed", "unprocessed"] ? { $string($pair[0]): $pair[1] } }));' +
  " $map($outcomes, function($outcome, $place) {" +
  " ($new := $lookup($fresh, $string($place)); $exists($new) ? $new : $outcome) })[])";
