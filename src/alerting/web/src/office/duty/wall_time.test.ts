import { expect, test } from "vitest";
import { byDay, clock } from "./wall_time";

test("a period is split at each midnight", () => {
  expect(byDay("2026-11-30T20:00", "2026-12-02T08:00")).toEqual([
    ["2026-11-30", "20:00", "24:00"],
    ["2026-12-01", "00:00", "24:00"],
    ["2026-12-02", "00:00", "08:00"],
  ]);
});

test("a period that ends at midnight has no part on the next day", () => {
  expect(byDay("2026-12-31T20:00", "2027-01-01T00:00")).toEqual([["2026-12-31", "20:00", "24:00"]]);
});

test("the time of day is read without conversion", () => {
  expect(clock("2026-12-01T07:05")).toBe("07:05");
});
