export const handler = async ({ id }) => ({ ok: id });
