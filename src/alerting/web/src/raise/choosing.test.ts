import { expect, it } from "vitest";
import { howChosen, toggled } from "./choosing";

const TOWN = { code: "511921100", name: "诺江镇" };
const QIANFO = { code: "511921100208", name: "千佛村" };
const NEXT = { code: "511921100209", name: "邻村" };

it("chooses, and chooses no more", () => {
  expect(toggled([], QIANFO)).toEqual([QIANFO]);
  expect(toggled([QIANFO, NEXT], QIANFO)).toEqual([NEXT]);
});

it("lets a wider place take up those within it", () => {
  expect(toggled([QIANFO, NEXT], TOWN)).toEqual([TOWN]);
});

it.each([
  [[QIANFO], QIANFO, "itself"],
  [[TOWN], QIANFO, "within"],
  [[QIANFO], TOWN, null],
  [[QIANFO], NEXT, null],
] as const)("says how one of %o is chosen", (places, place, how) => {
  expect(howChosen(places, place.code)).toBe(how);
});
