import type { Frame } from "../frame.js";
import type { Visit } from "../thread.js";

/** What an interrupted execution left of the state's attempt, once: whatever begins after this begins anew. */
export function takeVisit(frame: Frame): Visit | null {
  const visit = frame.restored?.visit ?? null;
  frame.restored = null;
  return visit;
}

/** The one that made the state fail is told first, so that what it ended does not begin again. */
export function failingFirst(frames: Frame[]): Frame[] {
  return frames.sort((a, b) => Number(b.restored?.failing ?? false) - Number(a.restored?.failing ?? false));
}
