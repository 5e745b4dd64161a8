/** One finding about a definition, in the shape of ValidateStateMachineDefinition. */
export interface Diagnostic {
  readonly severity: "ERROR" | "WARNING";
  /** AWS's code, such as `SCHEMA_VALIDATION_FAILED`. */
  readonly code: string;
  readonly message: string;
  /** JSON pointer into the definition, such as `/States/Invoke/Next`; `""` is the definition itself. */
  readonly location: string;
}
