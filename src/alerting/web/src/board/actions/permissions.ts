/** An officer's permitted actions on an alert, as reported by the service. */

import type { AlertStateBody, NotAllowed } from "../../api";
import type { Me } from "../../me";

/** The actions that the board offers, in order. */
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
export type Permission = "allowed" | NotAllowed;

export function permissionFor(
  action: Action,
  alert: Pick<AlertStateBody, "allowed_actions">,
): Permission {
  const told = alert.allowed_actions.find((one) => one.action === action);
  return told?.allowed ? "allowed" : (told?.reason ?? "not_this_role");
}

/** Return whether the officer can only request a wider area, for another to decide. */
export function asksOnly(me: Me): boolean {
  return me.role !== "duty_officer" && me.role !== "town_commander";
}
