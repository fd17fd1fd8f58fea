import { describe, expect, it } from "vitest";
import { squarified, type Rectangle } from "./treemap";

const ASPECT = 1.6;

function overlap(one: Rectangle, other: Rectangle): number {
  const wide =
    Math.min(one.left + one.width, other.left + other.width) - Math.max(one.left, other.left);
  const high =
    Math.min(one.top + one.height, other.top + other.height) - Math.max(one.top, other.top);
  return Math.max(0, wide) * Math.max(0, high);
}

function longest({ width, height }: Rectangle): number {
  const ratio = (width * ASPECT) / height;
  return Math.max(ratio, 1 / ratio);
}

describe("tiles", () => {
  const weights = [54, 72, 80, 12, 49, 3, 56, 70, 1, 33];
  const tiles = squarified(weights, ASPECT);
  const sum = weights.reduce((total, weight) => total + weight);

  it("have areas proportional to their weights, in the order of the weights", () => {
    tiles.forEach(({ width, height }, place) => {
      expect((width * height) / 10_000).toBeCloseTo((weights[place] ?? 0) / sum, 6);
    });
  });

  it("lie within the whole and never overlap", () => {
    tiles.forEach((one, place) => {
      expect(one.left).toBeGreaterThanOrEqual(-1e-9);
      expect(one.left + one.width).toBeLessThanOrEqual(100 + 1e-9);
      expect(one.top + one.height).toBeLessThanOrEqual(100 + 1e-9);
      for (const other of tiles.slice(place + 1)) expect(overlap(one, other)).toBeLessThan(1e-6);
    });
  });

  it("are nearly square, so that a thumb can press them", () => {
    const even = squarified(Array<number>(60).fill(1), ASPECT);
    expect(Math.max(...even.map(longest))).toBeLessThan(1.7);
  });

  it("are one per weight: a single one fills the whole, zero weight has no area", () => {
    expect(squarified([5], ASPECT)).toEqual([{ left: 0, top: 0, width: 100, height: 100 }]);
    expect(squarified([], ASPECT)).toEqual([]);
    expect(squarified([0, 2], ASPECT)[0]).toEqual({ left: 0, top: 0, width: 0, height: 0 });
    expect(squarified([0], ASPECT)).toHaveLength(1);
  });
});
