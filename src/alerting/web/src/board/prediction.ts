/** When nobody will be unaccounted for, if it goes on as in the last minutes. */

/** People at an instant, in milliseconds of the alert's time. */
export interface CurvePoint {
  readonly at: number;
  readonly total: number;
  readonly accounted: number;
  readonly unaccounted: number;
}

/** `zero`: since when nobody is. `early`, `not_falling`: it cannot be said, and why. */
export type Prediction =
  | { readonly kind: "zero"; readonly at: number | null }
  | { readonly kind: "by"; readonly at: number; readonly aMinute: number }
  | { readonly kind: "early" | "not_falling" };

const MINUTE = 60_000;
const LOOKED_BACK = 5 * MINUTE;
const LEAST = 2 * MINUTE;
/** Beyond this a straight line says nothing. */
const FARTHEST = 12 * 60 * MINUTE;

/**
 * Return the estimate at `now`: the straight line through now and five minutes before.
 *
 * Answers come fast at first and slowly at the end, so the line is no promise: where the number
 * did not fall, nothing is said at all.
 */
export function predict(points: readonly CurvePoint[], now: number): Prediction {
  const last = points.at(-1);
  const first = points[0];
  if (!last || !first) return { kind: "early" };
  if (last.unaccounted === 0) return { kind: "zero", at: zeroSince(points) };
  if (now - first.at < LEAST) return { kind: "early" };
  const since = Math.max(first.at, now - LOOKED_BACK);
  const fallen = unaccountedAt(points, since) - last.unaccounted;
  if (fallen <= 0) return { kind: "not_falling" };
  const left = (last.unaccounted / fallen) * (now - since);
  if (left > FARTHEST) return { kind: "not_falling" };
  return { kind: "by", at: now + left, aMinute: fallen / ((now - since) / MINUTE) };
}

/** Return how many were unaccounted for at an instant; before the first point, as in it. */
export function unaccountedAt(points: readonly CurvePoint[], at: number): number {
  const before = points.findLast((point) => point.at <= at) ?? points[0];
  return before?.unaccounted ?? 0;
}

function zeroSince(points: readonly CurvePoint[]): number | null {
  const lastMissing = points.findLastIndex((point) => point.unaccounted > 0);
  return points[lastMissing + 1]?.at ?? null;
}

/** Return the points with one more; what came within `apart` of the last replaces it. */
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
