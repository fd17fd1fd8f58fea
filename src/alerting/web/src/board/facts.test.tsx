import { expect, it } from "vitest";
import type { AlertStateBody } from "../api";
import { LANGUAGES } from "../catalogue";
import { speak } from "../language";
import { drawn } from "./drawing";
import { Facts } from "./facts";

const ALERT = {
  colour: "red",
  sent: "2026-08-29T05:10:00+08:00",
  assembly_point_here: "村小学",
  hazard_point: null,
  area_name: null,
} as unknown as AlertStateBody;
const NAMES = {
  zh: "隐患点：大梁滑坡",
  en: "Hazard point: 大梁滑坡",
  es: "Punto de peligro: 大梁滑坡",
};

it("name the hazard point that an alert was raised for, in every language", async () => {
  const raised = { ...ALERT, hazard_point: "P1", area_name: "大梁滑坡" };
  const told: Record<string, string> = {};
  for (const code of LANGUAGES.keys()) {
    await speak(code, "board");
    told[code] = (await drawn(<Facts alert={raised} />)).textContent ?? "";
  }
  for (const [code, name] of Object.entries(NAMES)) expect(told[code]).toContain(name);
});

it("name no hazard point for an alert without one", async () => {
  const place = await drawn(<Facts alert={{ ...ALERT, area_name: "a drawn area" }} />);
  expect(place.textContent).toContain("村小学");
  expect(place.textContent).not.toContain("Hazard point");
  expect(place.textContent).not.toContain("a drawn area");
});
