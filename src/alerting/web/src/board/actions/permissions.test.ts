import { expect, it } from "vitest";
import type { AlertActionBody, Role } from "../../api";
import type { Me } from "../../me";
import { asksOnly, permissionFor } from "./permissions";

const TOLD: readonly AlertActionBody[] = [
  { action: "update", allowed: true, reason: null },
  { action: "close", allowed: false, reason: "not_in_this_state" },
];

it("an action is allowed, or not for the reason that the service gives", () => {
  expect(permissionFor("update", { allowed_actions: TOLD })).toBe("allowed");
  expect(permissionFor("close", { allowed_actions: TOLD })).toBe("not_in_this_state");
});

it("an action that the service does not know is not allowed", () => {
  expect(permissionFor("cancel", { allowed_actions: TOLD })).toBe("not_this_role");
});

it.each<[Role, boolean]>([
  ["informant", true],
  ["grid_officer", true],
  ["duty_officer", false],
  ["town_commander", false],
])("%s only asks for a wider area: %s", (role, asks) => {
  expect(asksOnly({ role } as Me)).toBe(asks);
});
