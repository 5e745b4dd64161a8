import { FanoutError } from "../../errors.js";

/** A template that cannot be resolved; `path` is where, such as `/Resources/Machine`. */
export function templateError(file: string, path: string, message: string, cause?: unknown): FanoutError {
  return new FanoutError("FANOUT_TEMPLATE_INVALID", message, { location: { file, path }, cause });
}
