export default ({ id }) => ({ ok: id });
