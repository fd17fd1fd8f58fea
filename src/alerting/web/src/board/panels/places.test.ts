import { expect, it } from "vitest";
import { above, covers, villageOf } from "./places";

it.each([
  ["511921100208001", "511921100208"],
  ["511921100208", "511921100"],
  ["511921100", "511921"],
  ["511921", "5119"],
  ["5119", null],
])("above %s lies %s", (code, wider) => expect(above(code)).toBe(wider));

it.each([
  ["511921100208001", "511921100208"],
  ["5119211002080003", "511921100208"],
  ["511921", "511921"],
])("the village of %s is %s", (code, village) => expect(villageOf(code)).toBe(village));

it("a division covers itself and everything in it", () => {
  expect(["511921", "5119211", "511922", "5119"].map((code) => covers("511921", code))).toEqual([
    true,
    true,
    false,
    false,
  ]);
});
