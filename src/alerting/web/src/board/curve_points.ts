/** The points of a curve: the numbers of people of a division over time. */

/** Numbers of people at an instant, in milliseconds of alert time. */
export interface CurvePoint {
  readonly at: number;
  readonly total: number;
  readonly accounted: number;
  readonly unaccounted: number;
}

/** Return the time since which nobody is missing; null while somebody is. */
export function zeroSince(points: readonly CurvePoint[]): number | null {
  const lastMissing = points.findLastIndex((point) => point.unaccounted > 0);
  return points[lastMissing + 1]?.at ?? null;
}

/** Return the points with one more; a point closer than `apart` milliseconds replaces the last. */
export function extended(
  points: readonly CurvePoint[],
  point: CurvePoint,
  apart: number,
): readonly CurvePoint[] {
  const last = points.at(-1);
  if (last && same(last, point)) return points;
  const before = points.at(-2);
  const isClose = last && before && last.at - before.at < apart && point.at - before.at < apart;
  return [...(isClose ? points.slice(0, -1) : points), point];
}

function same(one: CurvePoint, other: CurvePoint): boolean {
  return (
    one.total === other.total &&
    one.accounted === other.accounted &&
    one.unaccounted === other.unaccounted
  );
}
