/** Who may raise an alert, and where they begin. */

import type { Me } from "../me";

const VILLAGE_DIGITS = 12;
const TOWN_DIGITS = 9;
const ASKING: ReadonlySet<Me["role"]> = new Set(["informant", "grid_officer"]);

/** Everybody raises alerts but who keeps the roster; the service decides. */
export function mayRaise(me: Me): boolean {
  return me.role !== "administrator";
}

/** The village that is meant unless somebody says otherwise; null for who answers for several. */
export function ownVillage(me: Me): string | null {
  return me.division.length >= VILLAGE_DIGITS ? me.division.slice(0, VILLAGE_DIGITS) : null;
}

/** Whether what lies beyond the own village waits for an officer's word. */
export function asksForMore(me: Me): boolean {
  return ASKING.has(me.role);
}

/** Where the choice of a place begins: an informant may ask for the villages of the town. */
export function topOf(me: Me): string {
  return asksForMore(me) ? me.division.slice(0, TOWN_DIGITS) : me.division;
}
