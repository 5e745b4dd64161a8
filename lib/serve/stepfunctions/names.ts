import { ApiError } from "./api-error.js";

/** Characters that names of state machines, executions and activities must not have. */
const FORBIDDEN = /[\s<>{}[\]?*"#%\\^|~`$&,;:/\u0000-\u001f\u007f-\u009f\ufffe\uffff]|[\ud800-\udbff][\udc00-\udfff]/;

/** Throws InvalidName. */
export function checkName(name: string): void {
  if (FORBIDDEN.test(name)) throw new ApiError("InvalidName", `Invalid Name: '${name}'`);
}
