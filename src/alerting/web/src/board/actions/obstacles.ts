/** The reasons why an alert cannot be closed yet, with the feed's numbers, and their words. */

import type { ObstacleBody } from "../../api";
import { texts } from "../../language";
import { allHouseholds, unaccounted, type Counts } from "../counts";
import { unspokenBy } from "../danger";

const t = texts("board.obstacles");

/** The reasons that the feed's counts decide. */
const BY_FEED: ReadonlySet<ObstacleBody["reason"]> = new Set([
  "nobody_on_roll",
  "people_unaccounted",
  "help_open",
  "nobody_spoke_to_them",
]);

/**
 * Return the reasons against closing, with the feed's number wherever the feed has it.
 *
 * `told` are the service's reasons, which come by HTTP and may be older. Only the
 * service counts the households that stay and have spoken to no officer, and those to be verified.
 */
export function obstaclesIn(counts: Counts, told: readonly ObstacleBody[]): ObstacleBody[] {
  if (!allHouseholds(counts)) return [{ reason: "nobody_on_roll", number: 0 }];
  const known: readonly ObstacleBody[] = [
    { reason: "people_unaccounted", number: unaccounted(counts) },
    { reason: "help_open", number: counts.households["needs_help"] ?? 0 },
    { reason: "nobody_spoke_to_them", number: unspokenBy(told, counts) },
  ];
  const others = told.filter(({ reason }) => !BY_FEED.has(reason));
  return [...known.filter(({ number }) => number > 0), ...others];
}

export function obstacleWords({ reason, number: count }: ObstacleBody): string {
  const words = t()[reason];
  return typeof words === "string" ? words : words({ count });
}
