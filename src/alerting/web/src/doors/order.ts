/** In which order doors are walked to, and how far away they are. */

import type { TaskBody } from "../api";

/** Degrees WGS 84. */
export interface Position {
  readonly latitude: number;
  readonly longitude: number;
}

const EARTH_M = 6_371_000;
const RADIAN = Math.PI / 180;
/** Farther than anybody walks. */
const FAR_M = 1e9;

/** Return how far a door is, in metres as the crow flies; null: one of the two is not known. */
export function distanceTo(
  { latitude, longitude }: Pick<TaskBody, "latitude" | "longitude">,
  here: Position | null,
): number | null {
  if (here === null || latitude === null || longitude === null) return null;
  return distanceBetween(here, { latitude, longitude });
}

/** Return how far two places are from each other, in metres; they are never a county apart. */
export function distanceBetween(one: Position, other: Position): number {
  const north = (other.latitude - one.latitude) * RADIAN;
  const middle = ((one.latitude + other.latitude) / 2) * RADIAN;
  const east = (other.longitude - one.longitude) * RADIAN * Math.cos(middle);
  return EARTH_M * Math.hypot(north, east);
}

/**
 * Return doors in the order to walk: calls for help, then the vulnerable, then everybody else.
 *
 * Among these the nearest is first; of those whose distance is not known the one that was due
 * first, as the service has it, behind the others.
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
