import { describe, expect, it } from "vitest";
import { extended, predict, unaccountedAt, type CurvePoint } from "./prediction";

const MINUTE = 60_000;

function at(minute: number, unaccounted: number, total = 100): CurvePoint {
  return { at: minute * MINUTE, total, unaccounted, accounted: total - unaccounted };
}

describe("the predicted zero", () => {
  it("extrapolates the last five minutes, not the first", () => {
    const points = [at(0, 100), at(3, 50), at(10, 40), at(15, 30)];
    expect(predict(points, 15 * MINUTE)).toEqual({ kind: "by", at: 30 * MINUTE, aMinute: 2 });
  });

  it("moves away while nothing changes, and then is withheld", () => {
    const points = [at(0, 100), at(10, 40), at(15, 30)];
    const later = predict(points, 18 * MINUTE);
    expect(later).toEqual({ kind: "by", at: 33 * MINUTE, aMinute: 2 });
    expect(predict(points, 20 * MINUTE)).toEqual({ kind: "not_falling" });
  });

  it.each([
    ["rises", [at(0, 10), at(9, 20)]],
    ["stands still", [at(0, 10), at(9, 10)]],
    ["falls too slowly to tell", [at(0, 100_000), at(9, 99_999)]],
  ])("is withheld if the number %s", (_, points) => {
    expect(predict(points, 10 * MINUTE)).toEqual({ kind: "not_falling" });
  });

  it("is withheld in the first two minutes and without points", () => {
    expect(predict([at(0, 100), at(1, 50)], 1.5 * MINUTE)).toEqual({ kind: "early" });
    expect(predict([], 0)).toEqual({ kind: "early" });
  });

  it("is the time at which zero was last reached", () => {
    const points = [at(0, 100), at(12, 0), at(14, 3), at(16, 0), at(20, 0)];
    expect(predict(points, 30 * MINUTE)).toEqual({ kind: "zero", at: 16 * MINUTE });
    expect(predict([at(4, 0)], 30 * MINUTE)).toEqual({ kind: "zero", at: 4 * MINUTE });
  });
});

describe("the curve", () => {
  it("holds the last value before an instant", () => {
    const points = [at(1, 10), at(3, 4)];
    expect([0, 1, 2.9, 3, 9].map((m) => unaccountedAt(points, m * MINUTE))).toEqual([
      10, 10, 10, 4, 4,
    ]);
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
