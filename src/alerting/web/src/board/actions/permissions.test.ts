import { expect, it } from "vitest";
import type { AlertState, Role } from "../../api";
import type { Me } from "../../me";
import {
  ACTIONS,
  asksOnly,
  permissionFor,
  type Action,
  type Permission,
  type PermissionInput,
} from "./permissions";

const TOWN = "511921100";
const VILLAGE = `${TOWN}208`;
const NOW = new Date("2022-08-28T21:00:00Z");

function officer(role: Role, division: string): Me {
  return { id: "me", name: "x", role, division, division_name: "x", tier: "town" };
}

function alert(more: Partial<PermissionInput> = {}): PermissionInput {
  const expires = "2022-08-29T21:00:00Z";
  return { state: "open", divisions: [VILLAGE], expires, raised_by: "informant", ...more };
}

const COMMANDER = officer("town_commander", TOWN);

it.each<[AlertState, readonly Action[]]>([
  ["open", ["send_again", "doors", "widen", "roll_call", "close", "update", "cancel"]],
  ["closed", ["doors", "roll_call", "all_clear", "update", "cancel"]],
  ["expired", ["doors", "close"]],
  ["all_clear", []],
  ["cancelled", []],
])("a commander's %s alert allows %o", (state, allowed) => {
  const found = ACTIONS.filter(
    (action) => permissionFor(action, COMMANDER, alert({ state }), NOW) === "allowed",
  );
  expect(found).toEqual(allowed);
});

it.each<[Role, string, readonly Action[]]>([
  [
    "duty_officer",
    "511921",
    ["send_again", "doors", "widen", "roll_call", "close", "update", "cancel"],
  ],
  ["grid_officer", `${VILLAGE}001`, ["widen", "update", "cancel"]],
  ["informant", VILLAGE, ["widen"]],
  ["administrator", "5119", []],
])("%s of %s may do %o", (role, division, allowed) => {
  const me = officer(role, division);
  expect(ACTIONS.filter((action) => permissionFor(action, me, alert(), NOW) === "allowed")).toEqual(
    allowed,
  );
});

it.each<[string, Action, Me, Partial<PermissionInput>, Permission]>([
  ["their own", "cancel", officer("informant", VILLAGE), { raised_by: "me" }, "allowed"],
  ["somebody else's", "cancel", officer("informant", VILLAGE), {}, "not_yours"],
  [
    "one that reaches further",
    "close",
    COMMANDER,
    { divisions: [VILLAGE, "511921101"] },
    "not_this_place",
  ],
  ["one that reaches further", "send_again", COMMANDER, { divisions: ["511921"] }, "allowed"],
  ["one that has just expired", "send_again", COMMANDER, { expires: NOW.toISOString() }, "expired"],
  ["one that has just expired", "close", COMMANDER, { expires: NOW.toISOString() }, "allowed"],
  ["one that is closed", "close", COMMANDER, { state: "closed" }, "not_in_this_state"],
  ["any", "close", officer("grid_officer", VILLAGE), {}, "not_this_role"],
])("of %s, %s", (_whose, action, me, more, permission) => {
  expect(permissionFor(action, me, alert(more), NOW)).toBe(permission);
});

it("only roles below the town ask for approval", () => {
  expect(asksOnly(officer("informant", VILLAGE))).toBe(true);
  expect(asksOnly(officer("grid_officer", VILLAGE))).toBe(true);
  expect(asksOnly(COMMANDER)).toBe(false);
});
