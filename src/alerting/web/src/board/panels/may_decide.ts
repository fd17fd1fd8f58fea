/** The right to decide on a wider area, by the service's rules; the service has the last say. */

import type { Me } from "../../me";
import { covers } from "./places";

const DECIDING_ROLES = new Set(["duty_officer", "town_commander"]);
const DECIDING_TIERS = new Set(["town", "county", "city"]);

/**
 * Return whether an officer may decide: from the town up, with the whole area in their division.
 */
export function mayDecide(me: Me, divisions: readonly string[]): boolean {
  return (
    DECIDING_ROLES.has(me.role) &&
    DECIDING_TIERS.has(me.tier) &&
    divisions.every((division) => covers(me.division, division))
  );
}
