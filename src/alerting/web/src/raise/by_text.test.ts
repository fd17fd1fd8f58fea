import { expect, it } from "vitest";
import type { HazardPointBody, SettingsBody } from "../api";
import { NOTHING, withCircle } from "../map/drawn";
import type { Me } from "../me";
import { readyText } from "./by_text";
import { emptyForm, type Form } from "./form";
import { LIBRARY } from "./samples";

const QIANFO = { code: "511921100208", name: "千佛村" };
const NEXT = { code: "511921100209", name: "邻村" };
const FORM: Form = { ...emptyForm("Actual"), hazard: "debris_flow", places: [QIANFO] };
const ME: Me = {
  id: "informant",
  name: "Example",
  role: "informant",
  division: QIANFO.code,
  division_name: QIANFO.name,
  tier: "village",
};
const SETTINGS = { ...LIBRARY, sms_number: "+8610007000001", is_drill: false } as SettingsBody;

it("starts with the hazard and opens the phone's messages", () => {
  expect(readyText(FORM, ME, SETTINGS)).toEqual({
    number: "+8610007000001",
    body: "泥石流 千佛村",
    address: "sms:+8610007000001?body=%E6%B3%A5%E7%9F%B3%E6%B5%81%20%E5%8D%83%E4%BD%9B%E6%9D%91",
  });
});

it("names the hazard point, or the position of the drawn area", () => {
  const hazardPoint = { name: "青龙嘴滑坡", division: `${QIANFO.code}001` } as HazardPointBody;
  expect(readyText({ ...FORM, hazardPoint }, ME, SETTINGS)).toMatchObject({
    body: "泥石流 千佛村 青龙嘴滑坡",
  });
  const drawn = withCircle(NOTHING, [31.902, 107.201], 200);
  expect(readyText({ ...FORM, drawn }, ME, SETTINGS)).toMatchObject({
    body: "泥石流 千佛村 31.9020,107.2010",
  });
});

it("is unavailable for a hazard point of another village", () => {
  const hazardPoint = { name: "青龙嘴滑坡", division: NEXT.code } as HazardPointBody;
  expect(readyText({ ...FORM, hazardPoint }, ME, SETTINGS)).toBe("other_place");
});

it("leaves out the description: a question in it would raise nothing", () => {
  const seen = { ...FORM, seen: "是不是要垮了？" };
  expect(readyText(seen, ME, SETTINGS)).toEqual(readyText(FORM, ME, SETTINGS));
});

it("alerts the whole village for a grid's officer", () => {
  const grid: Me = { ...ME, role: "grid_officer", division: `${QIANFO.code}001`, tier: "grid" };
  expect(readyText(FORM, grid, SETTINGS)).toMatchObject({ body: "泥石流 千佛村" });
});

it.each([
  ["no_number", {}, {}, { sms_number: null }],
  ["no_village", {}, { role: "town_commander", division: "511921100", tier: "town" }, {}],
  ["exercise", { status: "Exercise" }, {}, {}],
  ["no_hazard", { hazard: null }, {}, {}],
  ["other_hazard", { hazard: "other", otherEvent: "溃坝" }, {}, {}],
  ["other_place", { places: [NEXT] }, {}, {}],
  ["other_place", { places: [QIANFO, NEXT] }, {}, {}],
  ["other_place", { places: [] }, {}, {}],
] as const)("is unavailable: %s", (reason, form, me, settings) => {
  const told = readyText(
    { ...FORM, ...form },
    { ...ME, ...me } as Me,
    { ...SETTINGS, ...settings } as SettingsBody,
  );
  expect(told).toBe(reason);
});

it("raises an exercise if the service runs a drill", () => {
  const drill = { ...SETTINGS, is_drill: true };
  expect(readyText({ ...FORM, status: "Exercise" }, ME, drill)).toMatchObject({
    body: "泥石流 千佛村",
  });
});
