import { describe, expect, it } from "vitest";
import { extended, zeroSince, type CurvePoint } from "./curve_points";

const MINUTE = 60_000;

function at(minute: number, unaccounted: number, total = 100): CurvePoint {
  return { at: minute * MINUTE, total, unaccounted, accounted: total - unaccounted };
}

describe("the curve", () => {
  it("has been at zero since the first point of its last run without anybody missing", () => {
    expect(zeroSince([at(0, 100), at(12, 0), at(14, 3), at(16, 0), at(20, 0)])).toBe(16 * MINUTE);
    expect(zeroSince([at(4, 0)])).toBe(4 * MINUTE);
    expect(zeroSince([at(0, 100), at(12, 3)])).toBeNull();
  });

  it("grows by changes only", () => {
    const points = [at(1, 10)];
    expect(extended(points, at(2, 10), 5000)).toBe(points);
    expect(extended(points, at(2, 9), 5000)).toEqual([at(1, 10), at(2, 9)]);
    expect(extended([], at(2, 9), 5000)).toEqual([at(2, 9)]);
  });

  it("merges close points into the latest", () => {
    const points = [at(1, 10), { ...at(2, 9), at: MINUTE + 1000 }];
    const last = { ...at(2, 8), at: MINUTE + 3000 };
    expect(extended(points, last, 5000)).toEqual([at(1, 10), last]);
    const apart = { ...at(2, 8), at: MINUTE + 6000 };
    expect(extended(points, apart, 5000)).toHaveLength(3);
  });
});
