/** Steps of the evaluator that one expression may take: some seconds of work. */
const MAX_STEPS = 1_000_000;
/** Calls within calls. Each level costs memory, not stack, so this keeps an endless recursion small. */
const MAX_DEPTH = 5_000;
const MAX_ITEMS = 1_000_000;
const MAX_TEXT = 10 * 1024 * 1024;

/** What an evaluation may still use. It counts steps, not time, so that the same run always ends the same way. */
interface Budget {
  steps: number;
  depth: number;
}

/** The name under which an evaluation finds its own budget. No expression can name it. */
export const BUDGET = " budget";

/** The hooks of the jsonata package that are called before and after each node. */
export const ENTRY = Symbol.for("jsonata.__evaluate_entry");
export const EXIT = Symbol.for("jsonata.__evaluate_exit");

interface Environment {
  lookup(name: string): unknown;
}

export function newBudget(): Budget {
  return { steps: MAX_STEPS, depth: MAX_DEPTH };
}

export function onEntry(_node: unknown, _input: unknown, environment: Environment): void {
  const budget = environment.lookup(BUDGET) as Budget;
  budget.steps -= 1;
  budget.depth -= 1;
  if (budget.steps < 0) throw new Error(`Expression takes more than ${MAX_STEPS} steps`);
  if (budget.depth < 0) throw new Error(`Expression is nested more than ${MAX_DEPTH} deep`);
}

export function onExit(_node: unknown, _input: unknown, environment: Environment, result: unknown): void {
  (environment.lookup(BUDGET) as Budget).depth += 1;
  if (typeof result === "string" && result.length > MAX_TEXT)
    throw new Error("Expression makes a string that is too long");
  if (Array.isArray(result) && result.length > MAX_ITEMS) throw new Error("Expression makes an array that is too long");
}
