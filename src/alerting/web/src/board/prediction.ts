/** Predicts when nobody will be unaccounted for, by extrapolating the last minutes. */

/** Numbers of people at an instant, in milliseconds of alert time. */
export interface CurvePoint {
  readonly at: number;
  readonly total: number;
  readonly accounted: number;
  readonly unaccounted: number;
}

/** `zero`: reached at `at`. `by`: predicted for `at`. `early`, `not_falling`: withheld, and why. */
export type Prediction =
  | { readonly kind: "zero"; readonly at: number | null }
  | { readonly kind: "by"; readonly at: number; readonly aMinute: number }
  | { readonly kind: "early" | "not_falling" };

const MINUTE = 60_000;
const LOOKED_BACK = 5 * MINUTE;
const LEAST = 2 * MINUTE;
/** Horizon beyond which a linear extrapolation says nothing. */
const FARTHEST = 12 * 60 * MINUTE;

/**
 * Return the prediction at `now`: the straight line through now and five minutes ago.
 *
 * Answers come fast at first and slowly at the end, so the line is no promise. It is withheld if
 * the number did not fall.
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

/** Return the number unaccounted for at an instant; before the first point, that point's number. */
export function unaccountedAt(points: readonly CurvePoint[], at: number): number {
  const before = points.findLast((point) => point.at <= at) ?? points[0];
  return before?.unaccounted ?? 0;
}

function zeroSince(points: readonly CurvePoint[]): number | null {
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
