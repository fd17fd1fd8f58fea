import { expect, it } from "vitest";
import { apart, type Box } from "./labels";

function box(left: number, top: number): Box {
  return { left, top, right: left + 40, bottom: top + 20 };
}

it("hides a label only behind one that is shown", () => {
  const touching = box(40, 0);
  expect(apart([box(0, 0), box(30, 10), touching, box(50, 25)])).toEqual([true, false, true, true]);
});
