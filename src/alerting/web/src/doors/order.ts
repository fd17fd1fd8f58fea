/** The walking order of doors, and their distances. */

import type { TaskBody } from "../api";

/** Degrees WGS 84. */
export interface Position {
  readonly latitude: number;
  readonly longitude: number;
}

const EARTH_M = 6_371_000;
const RADIAN = Math.PI / 180;
/** Farther than any real distance; sorts unknown ones last. */
const FAR_M = 1e9;

/** Return the straight-line distance to a door in metres; null if either position is unknown. */
export function distanceTo(
  { latitude, longitude }: Pick<TaskBody, "latitude" | "longitude">,
  here: Position | null,
): number | null {
  if (here === null || latitude === null || longitude === null) return null;
  return distanceBetween(here, { latitude, longitude });
}

/** Return the distance between two positions in metres; accurate within a county. */
export function distanceBetween(one: Position, other: Position): number {
  const north = (other.latitude - one.latitude) * RADIAN;
  const middle = ((one.latitude + other.latitude) / 2) * RADIAN;
  const east = (other.longitude - one.longitude) * RADIAN * Math.cos(middle);
  return EARTH_M * Math.hypot(north, east);
}

/**
 * Return doors in walking order: calls for help, then the vulnerable, then the others.
 *
 * Within each group the nearest comes first. Doors at an unknown distance come last, earliest due
 * first.
 */
export function inOrder(doors: readonly TaskBody[], here: Position | null): TaskBody[] {
  const far = new Map(doors.map((door) => [door, distanceTo(door, here) ?? FAR_M]));
  return doors.toSorted(
    (one, other) =>
      urgency(one) - urgency(other) ||
      (far.get(one) ?? FAR_M) - (far.get(other) ?? FAR_M) ||
      Date.parse(one.due_at) - Date.parse(other.due_at) ||
      one.id - other.id,
  );
}

function urgency({ standing, vulnerable }: TaskBody): number {
  if (standing === "needs_help") return 0;
  return vulnerable === "" ? 2 : 1;
}
