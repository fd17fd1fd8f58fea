import { expect, it } from "vitest";
import type { Me } from "../me";
import { asksForMore, mayRaise, ownVillage, topOf } from "./who";

function officer(role: Me["role"], division: string): Me {
  return { id: "x", name: "x", role, division, division_name: "x", tier: "village" };
}

it.each([
  ["informant", "511921100208", "511921100208", "511921100"],
  ["grid_officer", "511921100208001", "511921100208", "511921100"],
  ["duty_officer", "511921100208", "511921100208", "511921100208"],
  ["town_commander", "511921100", null, "511921100"],
  ["duty_officer", "5119", null, "5119"],
] as const)("a %s of %s starts with %s and chooses from %s", (role, division, village, top) => {
  expect(ownVillage(officer(role, division))).toBe(village);
  expect(topOf(officer(role, division))).toBe(top);
});

it("every role except the administrator may raise alerts", () => {
  expect(mayRaise(officer("administrator", "5119"))).toBe(false);
  expect(mayRaise(officer("informant", "511921100208"))).toBe(true);
});

it("a wider area waits for approval if an informant raises it, not if a commander does", () => {
  expect(asksForMore(officer("informant", "511921100208"))).toBe(true);
  expect(asksForMore(officer("town_commander", "511921100"))).toBe(false);
});
