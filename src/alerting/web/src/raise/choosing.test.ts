import { expect, it } from "vitest";
import { howChosen, toggled } from "./choosing";

const TOWN = { code: "511921100", name: "诺江镇" };
const QIANFO = { code: "511921100208", name: "千佛村" };
const NEXT = { code: "511921100209", name: "邻村" };

it("selects and deselects", () => {
  expect(toggled([], QIANFO)).toEqual([QIANFO]);
  expect(toggled([QIANFO, NEXT], QIANFO)).toEqual([NEXT]);
});

it("replaces the places within a wider one", () => {
  expect(toggled([QIANFO, NEXT], TOWN)).toEqual([TOWN]);
});

it.each([
  [[QIANFO], QIANFO, "itself"],
  [[TOWN], QIANFO, "within"],
  [[QIANFO], TOWN, null],
  [[QIANFO], NEXT, null],
] as const)("with %o selected, says how %s is selected: %s", (places, place, how) => {
  expect(howChosen(places, place.code)).toBe(how);
});
