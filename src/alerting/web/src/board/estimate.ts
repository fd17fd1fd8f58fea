/** The board's estimate of the moment of zero: the service's prediction, if the feed agrees. */

import type { AlertState, FeedPredictionBody } from "../api";
import { everybody, unaccounted, type Counts } from "./counts";
import { zeroSince, type CurvePoint } from "./curve_points";

/**
 * The moment of zero. `zero`: it was reached at `at`. `range`: it is predicted to lie in the range.
 * `withheld`: no time, with the reason and its number. `follows`: the prediction is older than the
 * feed's numbers. `over`: the alert ended before zero.
 */
export type Estimate =
  | { readonly kind: "zero"; readonly at: number | null }
  | { readonly kind: "range"; readonly earliest: number; readonly latest: number }
  | { readonly kind: "withheld"; readonly reason: Reason; readonly count: number }
  | { readonly kind: "follows" | "over" };

/** The reason why a running alert has no predicted time. */
export type Reason = Exclude<FeedPredictionBody["reason"], "over" | null>;

const OVER: ReadonlySet<AlertState> = new Set(["cancelled", "all_clear"]);
/** Reasons that count open calls for help, whose number the feed shows too. */
const OF_CALLS: ReadonlySet<Reason> = new Set(["help_open", "calls_wait"]);

/** Return the estimate to show at `at`, in milliseconds of alert time. */
export function estimateOf(
  prediction: FeedPredictionBody | null,
  counts: Counts,
  points: readonly CurvePoint[],
  state: AlertState,
  at: number,
): Estimate {
  const calls = counts.households["needs_help"] ?? 0;
  if (everybody(counts) && !unaccounted(counts) && !calls)
    return { kind: "zero", at: zeroAt(prediction, points) };
  if (OVER.has(state)) return { kind: "over" };
  if (prediction?.reason && prediction.reason !== "over") {
    const { reason, number } = prediction;
    const count = OF_CALLS.has(reason) ? Math.min(number, calls) : number;
    if (count || reason === "nobody_on_roll") return { kind: "withheld", reason, count };
  }
  if (!prediction?.earliest || !prediction.latest) return { kind: "follows" };
  const latest = Date.parse(prediction.latest);
  if (latest < at) return { kind: "follows" };
  return { kind: "range", earliest: Math.max(at, Date.parse(prediction.earliest)), latest };
}

/** Return the time of zero: the last answer or the last resolution of a call, the later one. */
function zeroAt(
  prediction: FeedPredictionBody | null,
  points: readonly CurvePoint[],
): number | null {
  const heard = zeroSince(points);
  const told = prediction?.reached ? Date.parse(prediction.reached) : null;
  return heard === null || told === null ? (heard ?? told) : Math.max(heard, told);
}
