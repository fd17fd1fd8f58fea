import { describe, expect, it } from "vitest";
import { plotted, rangeOf } from "./curve_data";

const MINUTE = 60_000;
const BEGUN = 1_000_000;
const POINTS = [
  { at: BEGUN, total: 10, accounted: 0, unaccounted: 10 },
  { at: BEGUN + 3 * MINUTE, total: 12, accounted: 5, unaccounted: 7 },
];

describe("the drawn curve", () => {
  it("is in minutes since the alert and extends to now", () => {
    expect(plotted(POINTS, BEGUN, BEGUN + 4 * MINUTE)).toEqual([
      [0, 3, 4],
      [0, 5, 5],
      [10, 12, 12],
    ]);
  });

  it("is empty without points and never runs backwards if a clock lags", () => {
    expect(plotted([], BEGUN, BEGUN)).toEqual([[], [], []]);
    expect(plotted(POINTS, BEGUN, BEGUN)[0]).toEqual([0, 3]);
  });

  it("always includes the target", () => {
    expect(rangeOf(0, 5, 30)).toEqual([0, 31.5]);
    expect(rangeOf(0, 60, 30)).toEqual([0, 63]);
    expect(rangeOf(null, null, 30)).toEqual([0, 31.5]);
  });
});
