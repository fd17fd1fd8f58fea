import { expect, it } from "vitest";
import type { Role } from "../../api";
import type { Me } from "../../me";
import { mayDecide } from "./may_decide";

const TOWN = "511921100";
const VILLAGE = `${TOWN}208`;

function officer(role: Role, division: string, tier: Me["tier"]): Me {
  return { id: "x", name: "x", role, division, division_name: "x", tier };
}

it.each([
  ["town_commander", TOWN, "town", [VILLAGE], true],
  ["duty_officer", "511921", "county", [VILLAGE, "511921101"], true],
  ["town_commander", TOWN, "town", [VILLAGE, "511921101201"], false],
  ["duty_officer", VILLAGE, "village", [VILLAGE], false],
  ["informant", TOWN, "town", [VILLAGE], false],
  ["administrator", "5119", "city", [VILLAGE], false],
] as const)("%s of %s at the %s decides on %o: %s", (role, home, tier, area, allowed) => {
  expect(mayDecide(officer(role, home, tier), area)).toBe(allowed);
});
