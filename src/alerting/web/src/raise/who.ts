/** The roles that may raise an alert, and the places they start from. */

import type { Me } from "../me";

const VILLAGE_DIGITS = 12;
const TOWN_DIGITS = 9;
const ASKING: ReadonlySet<Me["role"]> = new Set(["informant", "grid_officer"]);

/** Return whether the caller may raise alerts; the service decides. */
export function mayRaise(me: Me): boolean {
  return me.role !== "administrator";
}

/** Return the caller's village, selected by default; null for a division of several villages. */
export function ownVillage(me: Me): string | null {
  return me.division.length >= VILLAGE_DIGITS ? me.division.slice(0, VILLAGE_DIGITS) : null;
}

/** Return whether an area beyond the user's village waits for approval. */
export function asksForMore(me: Me): boolean {
  return ASKING.has(me.role);
}

/** Return the root of the place tree: the town, if the user may request any of its villages. */
export function topOf(me: Me): string {
  return asksForMore(me) ? me.division.slice(0, TOWN_DIGITS) : me.division;
}
