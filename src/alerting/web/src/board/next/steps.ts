/** The service's next steps, with the feed's numbers, which may be newer. */

import type { NextStepBody } from "../../api";
import type { FeedState } from "../../feed_state";
import { countsIn, everybody, unaccounted } from "../counts";

/**
 * Return the steps with the feed's numbers, and without steps that the feed shows to be done.
 *
 * The steps come by HTTP and may be some log entries older than the feed.
 */
export function reconciled(
  steps: readonly NextStepBody[],
  state: Pick<FeedState, "tallies">,
  own: string,
): NextStepBody[] {
  return steps
    .map((step) => ({ ...step, number: numberOf(step, state, own) }))
    .filter(({ number }) => number > 0);
}

function numberOf(
  { reason, number, place }: NextStepBody,
  { tallies }: Pick<FeedState, "tallies">,
  own: string,
): number {
  const here = countsIn(tallies, own);
  const missing = unaccounted(here);
  const calls = here.households["needs_help"] ?? 0;
  switch (reason) {
    case "help_unattended":
      return Math.min(number, calls);
    case "village_dark":
      return unaccounted(countsIn(tallies, place ?? own));
    case "few_left":
    case "answers_awaited":
    case "many_left":
      return missing;
    case "ready_to_close":
      return missing || calls ? 0 : everybody(here);
    case "closed":
      return everybody(here);
    default:
      return number;
  }
}
