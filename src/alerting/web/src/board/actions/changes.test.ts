import { expect, it } from "vitest";
import { changesOf, type Worded } from "./changes";

const ALERT: Worded = {
  event: "滑坡",
  colour: "orange",
  assembly_point: "村小学",
  description: "后山裂缝变宽",
  instruction: "立即撤离",
};

it("holds only the fields that were changed", () => {
  const draft: Worded = { ...ALERT, colour: "red", assembly_point: " 镇中学 " };
  expect(changesOf(ALERT, draft)).toEqual({ colour: "red", assembly_point: "镇中学" });
});

it.each(["", "  ", "滑坡 "])("ignores %j as no change", (event) => {
  expect(changesOf(ALERT, { ...ALERT, event })).toEqual({});
});

it.each(["", "  "])("clears the assembly point by %j", (point) => {
  expect(changesOf(ALERT, { ...ALERT, assembly_point: point })).toEqual({ assembly_point: null });
  const without = { ...ALERT, assembly_point: null };
  expect(changesOf(without, { ...without, assembly_point: point })).toEqual({});
});
