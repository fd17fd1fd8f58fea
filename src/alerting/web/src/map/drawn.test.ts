import { describe, expect, it } from "vitest";
import { isEmpty, NOTHING, outermost, polygonsOf, withCircle, withPolygon } from "./drawn";

const CORNERS = [
  [31.9, 107.1],
  [31.9, 107.2],
  [32, 107.2],
] as const;

describe("a drawn area", () => {
  it("closes a polygon, and writes longitude before latitude", () => {
    const drawn = withPolygon(NOTHING, CORNERS);
    expect(drawn.geometry).toEqual({
      type: "Polygon",
      coordinates: [
        [
          [107.1, 31.9],
          [107.2, 31.9],
          [107.2, 32],
          [107.1, 31.9],
        ],
      ],
    });
    expect([isEmpty(NOTHING), isEmpty(drawn)]).toEqual([true, false]);
  });

  it("can have several polygons and circles", () => {
    const drawn = withCircle(withPolygon(withPolygon(NOTHING, CORNERS), CORNERS), [31.5, 107], 250);
    expect(drawn.geometry?.type).toBe("MultiPolygon");
    expect(polygonsOf(drawn)).toHaveLength(2);
    expect(drawn.circles).toEqual([{ centre: [107, 31.5], radius_km: 0.25 }]);
    expect(outermost(drawn)).toHaveLength(2 * 4 + 2);
  });
});
