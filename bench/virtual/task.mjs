/** Succeeds when it is tried the third time. */
export const handler = async ({ id, retries }) => {
  if (retries < 2) throw new Error(`item ${id} is not ready`);
  return { ok: id };
};
