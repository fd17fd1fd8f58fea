/** The curve's columns: minutes since the alert, people accounted for, people in total. */

import type { CurvePoint } from "./curve_points";

const MINUTE = 60_000;
/** The time axis extends 5 % beyond the last minute. */
const AHEAD = 1.05;

/** Return the columns of the curve; the last point is repeated at `now`. */
export function plotted(
  points: readonly CurvePoint[],
  begun: number,
  now: number,
): [number[], number[], number[]] {
  const last = points.at(-1);
  const drawn = last && last.at < now ? [...points, { ...last, at: now }] : points;
  return [
    drawn.map(({ at }) => (at - begun) / MINUTE),
    drawn.map(({ accounted }) => accounted),
    drawn.map(({ total }) => total),
  ];
}

/** Return the minutes shown: from the alert to just beyond the target or the last point. */
export function rangeOf(low: number | null, high: number | null, target: number): [number, number] {
  return [Math.min(0, low ?? 0), Math.max(target, high ?? 0) * AHEAD];
}
