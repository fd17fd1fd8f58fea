/** A drawn area: polygons and circles in the service's format. */

import type { Circle, GeoMultiPolygon, GeoPolygon } from "../api";

export type Point = readonly [latitude: number, longitude: number];
export type Geometry = GeoPolygon | GeoMultiPolygon;

export interface Drawn {
  readonly geometry: Geometry | null;
  readonly circles: readonly Circle[];
}

export const NOTHING: Drawn = { geometry: null, circles: [] };

/** Fewest corners of a polygon. */
export const FEWEST_CORNERS = 3;
const DIGITS = 5;
const METRES = 1_000;

export function isEmpty({ geometry, circles }: Drawn): boolean {
  return geometry === null && circles.length === 0;
}

/** Return the area with one more polygon of these corners. */
export function withPolygon(drawn: Drawn, corners: readonly Point[]): Drawn {
  const ring = [...corners, ...corners.slice(0, 1)].map(position);
  const before = polygonsOf(drawn);
  const geometry: Geometry =
    before.length === 0
      ? { type: "Polygon", coordinates: [ring] }
      : { type: "MultiPolygon", coordinates: [...before, [ring]] };
  return { ...drawn, geometry };
}

/** Return the area with one more circle. */
export function withCircle(drawn: Drawn, centre: Point, metres: number): Drawn {
  const circle = { centre: position(centre), radius_km: metres / METRES };
  return { ...drawn, circles: [...drawn.circles, circle] };
}

/** Return the polygons, each as its outer ring and the rings of its holes. */
export function polygonsOf({ geometry }: Drawn): GeoMultiPolygon["coordinates"] {
  if (geometry === null) return [];
  return geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
}

/** Return every corner and the ends of every circle, to compute the bounds of the area. */
export function outermost(drawn: Drawn): Point[] {
  const corners = polygonsOf(drawn).flatMap((rings) =>
    (rings[0] ?? []).map(([lng, lat]): Point => [lat, lng]),
  );
  const ends = drawn.circles.flatMap(({ centre: [lng, lat], radius_km }): Point[] => {
    const degrees = radius_km / 111.2;
    return [
      [lat - degrees, lng - degrees],
      [lat + degrees, lng + degrees],
    ];
  });
  return [...corners, ...ends];
}

/** Return a position in GeoJSON's order, rounded to about a metre. */
function position([latitude, longitude]: Point): [number, number] {
  return [Number(longitude.toFixed(DIGITS)), Number(latitude.toFixed(DIGITS))];
}
