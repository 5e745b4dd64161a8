/** One finding about a definition, in the shape of ValidateStateMachineDefinition. */
export interface Diagnostic {
  /** With an ERROR the state machine cannot be created. */
  readonly severity: "ERROR" | "WARNING";
  /** AWS's code, such as `SCHEMA_VALIDATION_FAILED`. */
  readonly code: string;
  readonly message: string;
  /** Where, as AWS writes it: `/States/Invoke/Next`, `/States/Sort/Choices[0]`; `""` is the definition as a whole. */
  readonly location: string;
}

/** More findings than this help nobody. */
const MAX_FINDINGS = 1000;

/** The findings of one validation, in the order in which they were made. */
export class Findings {
  readonly all: Diagnostic[] = [];

  error(location: string, message: string, code = "SCHEMA_VALIDATION_FAILED"): void {
    this.#add({ severity: "ERROR", code, message, location });
  }

  warning(location: string, message: string, code: string): void {
    this.#add({ severity: "WARNING", code, message, location });
  }

  #add(diagnostic: Diagnostic): void {
    if (this.all.length < MAX_FINDINGS) this.all.push(diagnostic);
  }
}
