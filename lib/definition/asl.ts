/** The language in which the states of a machine select and shape data. */
export type QueryLanguage = "JSONPath" | "JSONata";

/** STANDARD executions keep a history and may last a year, EXPRESS ones neither. */
export type StateMachineType = "STANDARD" | "EXPRESS";
