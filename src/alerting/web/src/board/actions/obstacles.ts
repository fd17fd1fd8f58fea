/** The reasons why an alert cannot be closed yet: their numbers by the feed, and their words. */

import type { ObstacleBody } from "../../api";
import { texts } from "../../language";
import { unspokenBy } from "../condition";
import { allHouseholds, unaccounted, type Counts } from "../counts";

const t = texts("board.obstacles");

/**
 * Return the reasons against closing, each number that the feed carries taken from the feed.
 *
 * `told` are the service's reasons, which come by HTTP and may be older. Only they say how many of
 * those who stay no officer has spoken to.
 */
export function obstaclesIn(counts: Counts, told: readonly ObstacleBody[]): ObstacleBody[] {
  if (!allHouseholds(counts)) return [{ reason: "nobody_on_roll", number: 0 }];
  const known: readonly ObstacleBody[] = [
    { reason: "people_unaccounted", number: unaccounted(counts) },
    { reason: "help_open", number: counts.households["needs_help"] ?? 0 },
    { reason: "nobody_spoke_to_them", number: unspokenBy(told, counts) },
  ];
  return known.filter(({ number }) => number > 0);
}

export function obstacleWords({ reason, number: count }: ObstacleBody): string {
  const words = t()[reason];
  return typeof words === "string" ? words : words({ count });
}
