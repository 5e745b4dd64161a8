import type { HistoryEvent, Journal, Recorded } from "../../run/ports.js";

/**
 * Histories of STANDARD executions, each by itself, so that one can be let go when it is kept elsewhere or no longer
 * wanted. Those of EXPRESS executions cannot be asked for and are not kept.
 */
export class Histories implements Journal {
  readonly #events = new Map<string, HistoryEvent[]>();
  /** Reads a history that is kept elsewhere. */
  readonly #load: (executionArn: string) => readonly HistoryEvent[] | undefined;

  constructor(load: (executionArn: string) => readonly HistoryEvent[] | undefined = () => undefined) {
    this.#load = load;
  }

  record({ arn }: Recorded, event: HistoryEvent): void {
    const events = this.#events.get(arn);
    if (events !== undefined) events.push(event);
    else if (!arn.includes(":express:")) this.#events.set(arn, [...this.#before(arn, event), event]);
  }

  /** What is kept elsewhere of an execution that goes on. */
  #before(executionArn: string, { id }: HistoryEvent): readonly HistoryEvent[] {
    return id === 1 ? [] : (this.#load(executionArn) ?? []);
  }

  history(executionArn: string): readonly HistoryEvent[] {
    return this.#events.get(executionArn) ?? this.#load(executionArn) ?? [];
  }

  forget(executionArn: string): void {
    this.#events.delete(executionArn);
  }

  async close(): Promise<void> {
    this.#events.clear();
  }
}
