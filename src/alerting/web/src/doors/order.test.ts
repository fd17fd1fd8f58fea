import { expect, it } from "vitest";
import { distanceTo, inOrder } from "./order";
import { doorOf } from "./samples";

const HERE = { latitude: 32.3, longitude: 107.37 };

/** Return a door this many metres to the north. */
function north(number: number, metres: number, changes = {}): ReturnType<typeof doorOf> {
  const latitude = HERE.latitude + metres / 111_195;
  return doorOf(number, { latitude, longitude: HERE.longitude, ...changes });
}

function ids(doors: ReturnType<typeof inOrder>): number[] {
  return doors.map(({ id }) => id);
}

it("measures straight-line distances", () => {
  expect(distanceTo(north(1, 250), HERE)).toBeCloseTo(250, 0);
  const east = doorOf(2, { latitude: HERE.latitude, longitude: HERE.longitude + 0.01 });
  // A degree of longitude is 94 km at this latitude.
  expect(distanceTo(east, HERE)).toBeCloseTo(940, -1);
  expect(distanceTo(doorOf(3), HERE)).toBeNull();
  expect(distanceTo(north(1, 250), null)).toBeNull();
});

it("starts with calls for help, then the vulnerable, and nearest first among equals", () => {
  const doors = [
    north(1, 20),
    north(2, 900, { vulnerable: "elderly" }),
    north(3, 10),
    north(4, 300, { vulnerable: "alone" }),
    north(5, 2000, { standing: "needs_help" }),
    doorOf(6, { vulnerable: "infant" }),
  ];
  expect(ids(inOrder(doors, HERE))).toEqual([5, 4, 2, 6, 3, 1]);
});

it("sorts by due time if the position is unknown", () => {
  const doors = [
    doorOf(1, { due_at: "2026-08-29T05:30:00Z" }),
    doorOf(3),
    doorOf(2),
    doorOf(4, { due_at: "2026-08-29T05:30:00Z", vulnerable: "elderly" }),
  ];
  expect(ids(inOrder(doors, null))).toEqual([4, 2, 3, 1]);
});
