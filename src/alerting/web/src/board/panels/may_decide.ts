/** Whose word on a wider area counts, as the service rules it; it has the last say. */

import type { Me } from "../../me";
import { covers } from "./places";

const DECIDING_ROLES = new Set(["duty_officer", "town_commander"]);
const DECIDING_TIERS = new Set(["town", "county", "city"]);

/** Whether an officer decides on an area: from the town up, of a division that covers all of it. */
export function mayDecide(me: Me, divisions: readonly string[]): boolean {
  return (
    DECIDING_ROLES.has(me.role) &&
    DECIDING_TIERS.has(me.tier) &&
    divisions.every((division) => covers(me.division, division))
  );
}
