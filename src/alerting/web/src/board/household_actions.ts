/** An officer's permitted actions on a household, as reported by the service. */

import type { HouseholdAction, HouseholdActionBody, HouseholdRecordBody } from "../api";

type Told = Pick<HouseholdRecordBody, "allowed_actions">;

/** Permanent reasons, for which the action is not even offered. */
const NEVER: ReadonlySet<HouseholdActionBody["reason"]> = new Set([
  "not_this_role",
  "not_this_place",
  "no_phone",
  "accounted_already",
]);

export function may(record: Told, action: HouseholdAction): boolean {
  return record.allowed_actions.some((one) => one.action === action && one.allowed);
}

/** Return whether to offer an action: it is possible, or impossible only for the moment. */
export function offers(record: Told, action: HouseholdAction): boolean {
  return record.allowed_actions.some((one) => one.action === action && !NEVER.has(one.reason));
}
