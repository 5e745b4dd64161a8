export { checkExpression } from "./check-expression.js";
export { compile } from "./compile.js";
export { directFunction } from "./direct-function.js";
export { type Effect, ENTER, type Signal, type StepIo } from "./effects.js";
export type { EvaluationRequest } from "./evaluate.js";
export { DefinitionError, StateFailure } from "./failure.js";
export { abandon, type ExecutionInfo, Frame } from "./frame.js";
export { exceeds, PAYLOAD_LIMIT, tooLarge, utf8Length } from "./limits.js";
export type { Machine, Program } from "./program.js";
export { Recall, type RecordedEvent } from "./recall.js";
export { takes } from "./retry.js";
export type {
  BatchRequest,
  MapRunRequest,
  ReaderRequest,
  SelectedItem,
  WriterRequest,
} from "./states/map-run-request.js";
export type { DirectFunction } from "./states/task.js";
export { step } from "./step.js";
export { TaskRequest } from "./task-request.js";
export { newThread, newVisit, type Thread, type Visit } from "./thread.js";
