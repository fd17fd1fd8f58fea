/** What the curve draws: minutes since the alert, people accounted for, everybody. */

import type { CurvePoint } from "./prediction";

const MINUTE = 60_000;
/** So much beyond the last minute is shown. */
const AHEAD = 1.05;

/** Return the columns of the curve, on to `now`: what did not change is still so. */
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

/** Return which minutes are shown: from the alert to beyond the target, or to what there is. */
export function rangeOf(low: number | null, high: number | null, target: number): [number, number] {
  return [Math.min(0, low ?? 0), Math.max(target, high ?? 0) * AHEAD];
}
