import { expect, it } from "vitest";
import type { HouseholdActionBody } from "../api";
import { may, offers } from "./household_actions";

function told(reason: HouseholdActionBody["reason"]) {
  return {
    allowed_actions: [{ action: "ask_by_text", allowed: reason === null, reason }],
  } as const;
}

it.each<[HouseholdActionBody["reason"], boolean, boolean]>([
  [null, true, true],
  ["under_way", false, true],
  ["alert_not_open", false, true],
  ["not_this_role", false, false],
  ["no_phone", false, false],
  ["accounted_already", false, false],
])("of an action with the reason %s against it", (reason, allowed, offered) => {
  expect(may(told(reason), "ask_by_text")).toBe(allowed);
  expect(offers(told(reason), "ask_by_text")).toBe(offered);
});

it("an action that the service does not name is not offered", () => {
  expect(may(told(null), "send")).toBe(false);
  expect(offers(told(null), "send")).toBe(false);
});
