/** How many items may fail. Both absent: none. */
export interface Tolerance {
  count: number | undefined;
  /** 0..100 */
  percentage: number | undefined;
}

/**
 * Whether the failures of a map run are too many. Either threshold trips it: more failed items than the count, or a
 * larger part of all items than the percentage. `total` is undefined while items are still being read: the percentage
 * is then not yet decided.
 */
export function exceedsTolerance(tolerance: Tolerance, failed: number, total: number | undefined): boolean {
  if (failed === 0) return false;
  const { count, percentage } = tolerance;
  if (count === undefined && percentage === undefined) return true;
  // A threshold of 0 is the same as none given, so a percentage alone does not leave the count at 0.
  if (count !== undefined && failed > count && (count > 0 || percentage === undefined)) return true;
  if (percentage === undefined || total === undefined) return false;
  return (failed / total) * 100 > percentage;
}
