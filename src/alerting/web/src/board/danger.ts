/** The remaining danger, by ISO 22324: red danger, orange and yellow caution, green safe. */

import type { FeedAlertBody, ObstacleBody } from "../api";
import { allHouseholds, shareUnaccounted, unaccounted, type Counts } from "./counts";
import type { Home } from "./homes";

/**
 * `unknown`: no household is expected here. `help`: a call for help is open. `missing`: people are
 * unaccounted for. `unspoken`: all are accounted for, but some stay and have spoken to no officer.
 * `zero`: zero-unaccounted. `cancelled`: the alert was cancelled, so nobody is looked for.
 */
export type Danger = "unknown" | "cancelled" | "help" | "missing" | "unspoken" | "zero";

/** Return the danger left in a place; `unspoken`: households that stay and spoke to no officer. */
export function dangerOf(counts: Counts, unspoken: number, state: FeedAlertBody["state"]): Danger {
  if (state === "cancelled") return "cancelled";
  if (!allHouseholds(counts)) return "unknown";
  if (counts.households["needs_help"]) return "help";
  if (unaccounted(counts)) return "missing";
  return unspoken ? "unspoken" : "zero";
}

/** Return how many of these households stay although no officer has spoken to them. */
export function unspokenAmong(homes: readonly Home[]): number {
  return homes.filter(({ standing, settled_by }) => standing === "staying" && settled_by === null)
    .length;
}

/**
 * Return the service's count of households that stay although no officer has spoken to them.
 *
 * It is used if the board's feed lists no households. The service counts the officer's whole
 * division, so the result is at most the number of households that stay here.
 */
export function unspokenBy(obstacles: readonly ObstacleBody[], here: Counts): number {
  const all = obstacles.find(({ reason }) => reason === "nobody_spoke_to_them")?.number ?? 0;
  return Math.min(all, here.households["staying"] ?? 0);
}

/** Share of a place's people who are unaccounted for; `call`: somebody there calls for help. */
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
