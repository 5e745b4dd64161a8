import { ApiError } from "./api-error.js";

/** Refuses a change that was meant for another revision. */
export function checkRevision(record: { readonly revisionId: string }, wanted: string | null | undefined): void {
  if (typeof wanted !== "string" || wanted === record.revisionId) return;
  const what = "The Revision Id provided does not match the latest Revision Id.";
  const advice = "Call the GetFunction/GetAlias API to retrieve the latest Revision Id";
  throw new ApiError("PreconditionFailedException", `${what} ${advice}`);
}
