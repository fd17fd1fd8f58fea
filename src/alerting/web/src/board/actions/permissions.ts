/** An officer's permitted actions on an alert, by the service's rules; it has the last say. */

import type { AlertState, Role } from "../../api";
import type { Me } from "../../me";
import { covers, villageOf } from "../panels/places";

export const ACTIONS = [
  "send_again",
  "doors",
  "widen",
  "roll_call",
  "close",
  "all_clear",
  "update",
  "cancel",
] as const;
export type Action = (typeof ACTIONS)[number];

/** Whether an action is allowed, or the reason why not. */
export type Permission =
  "allowed" | "not_this_role" | "not_yours" | "not_this_place" | "not_in_this_state" | "expired";

/** The properties of an alert that decide it. */
export interface PermissionInput {
  readonly state: AlertState;
  readonly divisions: readonly string[];
  readonly expires: string;
  readonly raised_by: string;
}

interface Rule {
  readonly roles: readonly Role[];
  readonly states: readonly AlertState[];
  /** Whether the officer's division must cover the alert's whole area. */
  readonly whole: boolean;
  /** Whether it sends messages; an expired alert sends no more. */
  readonly sends: boolean;
}

const LEADS: readonly Role[] = ["duty_officer", "town_commander"];
const WORKS: readonly Role[] = [...LEADS, "grid_officer", "informant"];
const RULES: Record<Action, Rule> = {
  send_again: { roles: LEADS, states: ["open"], whole: false, sends: true },
  doors: { roles: LEADS, states: ["open", "closed", "expired"], whole: false, sends: false },
  widen: { roles: WORKS, states: ["open"], whole: false, sends: true },
  roll_call: { roles: LEADS, states: ["open", "closed"], whole: true, sends: false },
  close: { roles: LEADS, states: ["open", "expired"], whole: true, sends: false },
  all_clear: { roles: LEADS, states: ["closed"], whole: true, sends: false },
  update: { roles: WORKS, states: ["open", "closed"], whole: true, sends: true },
  cancel: { roles: WORKS, states: ["open", "closed"], whole: true, sends: false },
};
const CORRECTIONS: ReadonlySet<Action> = new Set(["update", "cancel"]);

export function permissionFor(
  action: Action,
  me: Me,
  alert: PermissionInput,
  now: Date,
): Permission {
  const rule = RULES[action];
  if (!rule.roles.includes(me.role)) return "not_this_role";
  const isCorrection = CORRECTIONS.has(action);
  if (isCorrection && me.role === "informant" && alert.raised_by !== me.id) return "not_yours";
  // A hazard does not stop at grid borders: a grid's officer may correct for the whole village.
  const home = isCorrection ? villageOf(me.division) : me.division;
  if (rule.whole && !alert.divisions.every((place) => covers(home, place))) return "not_this_place";
  if (!rule.states.includes(alert.state)) return "not_in_this_state";
  if (rule.sends && Date.parse(alert.expires) <= now.getTime()) return "expired";
  return "allowed";
}

/** Return whether the officer can only request a wider area, for another to decide. */
export function asksOnly(me: Me): boolean {
  return !LEADS.includes(me.role);
}
