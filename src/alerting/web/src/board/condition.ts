/** How dangerous it still is, by ISO 22324: red danger, orange and yellow caution, green safe. */

import type { ObstacleBody } from "../api";
import { allHouseholds, shareUnaccounted, unaccounted, type Counts } from "./counts";
import type { Home } from "./homes";

/**
 * `unknown`: nobody is expected here. `help`: somebody called and was not brought out. `missing`:
 * somebody is unaccounted for. `nearly`: nobody is, but to some who stay no officer has spoken.
 * `zero`: zero-unaccounted.
 */
export type Condition = "unknown" | "help" | "missing" | "nearly" | "zero";

/** Return the condition of a place; `unspoken` stay there and no officer spoke to them. */
export function conditionOf(counts: Counts, unspoken: number): Condition {
  if (!allHouseholds(counts)) return "unknown";
  if (counts.households["needs_help"]) return "help";
  if (unaccounted(counts)) return "missing";
  return unspoken ? "nearly" : "zero";
}

/** Return how many of these households stay without an officer's word on it. */
export function unspokenAmong(homes: readonly Home[]): number {
  return homes.filter(({ standing, settled_by }) => standing === "staying" && settled_by === null)
    .length;
}

/**
 * Return how many the service counted, where a board's feed lists no households.
 *
 * It counts all that are the officer's: in a part of them there are no more than stay there.
 */
export function unspokenBy(obstacles: readonly ObstacleBody[], here: Counts): number {
  const all = obstacles.find(({ reason }) => reason === "nobody_spoke_to_them")?.number ?? 0;
  return Math.min(all, here.households["staying"] ?? 0);
}

/** How much of a place is still unaccounted for; `call`: somebody there calls for help. */
export type Level = "call" | "most" | "some" | "few" | "none";

const MOST = 0.5;
const FEW = 0.1;

/** Return the level of a place, for the colour and shape of its tile. */
export function levelOf(counts: Counts): Level {
  if (counts.households["needs_help"]) return "call";
  const share = shareUnaccounted(counts);
  if (share > MOST) return "most";
  if (share > FEW) return "some";
  return share > 0 ? "few" : "none";
}
